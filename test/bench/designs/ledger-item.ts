import { NumberValue } from '@aws-sdk/lib-dynamodb'
import { toNumber } from '../../../shared/aws/document-client.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { UsageEvent } from '../../../shared/usage/usage-event.ts'
import { chargeOf } from '../traffic/proposal.ts'

/** A charge as an item of its own, with the fields that the log keeps too. Priced here, as the log prices in its commit. */
export function ledgerItem(event: UsageEvent) {
  const { account, source, id, time, user, group, category, service, quantities } = event
  const { credits, rateCard } = chargeOf(event)
  const item = {
    account,
    entry: `${source}#${id}`,
    time,
    user,
    group,
    category,
    service,
    rateCard,
    quantities: Object.fromEntries([...quantities].map(([meter, quantity]) => [meter, toNumber(quantity)])),
    credits: toNumber(credits),
  }
  return { item, credits }
}

/** An amount to add: what is charged goes off the balance. */
export const taken = (credits: Parameters<typeof toNumber>[0]): NumberValue =>
  NumberValue.from(plain(credits.negated()))
