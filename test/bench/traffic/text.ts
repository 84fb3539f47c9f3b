import { usageEvent } from '../../../infra/cli/lib/events/outgoing-event.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { UsageEvent } from '../../../shared/usage/usage-event.ts'

/** An event as its publisher sends it. */
export const textOf = ({
  account,
  source,
  id,
  time,
  user,
  group = '',
  category,
  service,
  quantities,
}: UsageEvent): string =>
  usageEvent({
    account,
    source,
    id,
    time,
    user,
    group,
    category,
    service,
    quantities: Object.fromEntries([...quantities].map(([meter, quantity]) => [meter, Number(plain(quantity))])),
  }).text
