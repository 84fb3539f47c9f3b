import { randomOf } from '../../world/random.ts'
import { boundId } from '../oracle/bound-id.ts'
import type { ActionRequest } from '../traffic/limits.ts'
import { textOf, type Variant } from '../traffic/variant.ts'
import type { World } from './world.ts'

const SOURCE = '/actions'
const SERIALS = 1_000_000

/** The platform says what was used: one event, that names what it was reserved by; sent twice now and then. */
export function reportUsage(
  { clock, queue, oracle }: World,
  action: ActionRequest,
  reservation: string | undefined,
): void {
  const { account, user, group, usage, olderMs, other } = action
  const serial = SERIALS + oracle.knowledge.learned.length
  const random = randomOf(serial, `report of ${action.key}`)
  const made = Math.floor(clock.now() - random.unit() * 500)
  const variant: Variant = {
    serial,
    source: SOURCE,
    account,
    group,
    reservation,
    ...usage,
    id: boundId(SOURCE, account, made, random.pick('0123'.split('')) + random.hex(12)),
    boundAt: made,
    time: Math.floor(made - olderMs),
    user: other ?? user,
  }
  const text = textOf(variant, random.unit())
  oracle.knowledge.learn({ text, variant })
  const send = (part: number): void => queue.send(`a-${serial}-${part}`, text)
  send(0)
  if (random.chance(0.2)) clock.after(random.unit() * 60_000, () => send(1))
}
