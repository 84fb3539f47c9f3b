import type { AutoTopUp } from '../ledger/entries/auto-top-up.ts'
import type { TopUpState, WaitReason } from '../ledger/tally/top-up-state.ts'
import type { Credits } from '../money/amounts.ts'
import type { Instant } from '../time/instant.ts'
import { takenBack } from './payment-refund.ts'
import { automaticId, type TopUp, topUpStatuses } from './top-up.ts'

/** When its money came. An invoice is credited when it is written; its payment is not recorded here, so it has no such time. */
export const paidAtOf = ({ origin, paidAt }: Pick<TopUp, 'origin' | 'paidAt'>): Instant | undefined =>
  origin.kind === 'invoice' ? undefined : paidAt

/**
 * When it is tried again by itself: where the log waits for that, and nowhere else. What its record was given when it ended may
 * have come to nothing since: a third decline suspends, settings and a new card begin another one.
 *
 * @param state of the log's head
 */
export const nextTryOf = ({ id }: Pick<TopUp, 'id'>, state: TopUpState): Instant | undefined =>
  state.kind === 'waiting' && automaticId(state.of) === id ? state.until : undefined

/** Why nothing more is bought: a top-up is on its way, or the state prevents it. */
export const skipReasons = [
  'off',
  'in-flight',
  'suspended',
  'reconciling',
  'cap-reached',
  'cooldown',
  'declined',
  'no-payment-method',
  'not-completed',
  'provider-refused',
] as const satisfies readonly ('off' | 'in-flight' | 'suspended' | 'reconciling' | WaitReason)[]

/** Why a balance below the threshold opens no other purchase; `undefined`: it is not below it, or nothing keeps it. */
export function skipReasonOf(
  state: TopUpState,
  auto: AutoTopUp | undefined,
  balance: Credits,
): (typeof skipReasons)[number] | undefined {
  if (auto !== undefined && balance.gte(auto.threshold)) return undefined
  switch (state.kind) {
    case 'off':
    case 'suspended':
    case 'reconciling':
      return state.kind
    case 'open':
      return 'in-flight'
    case 'waiting':
      return state.reason
    case 'idle':
      return undefined
  }
}

/** What went back of a purchase so far, by the log's entries. */
export const takenBackOf = ({ credits, price, takings }: Pick<TopUp, 'credits' | 'price' | 'takings'>) =>
  takenBack({ credits, paid: price.total }, takings)

/** The shown status: tells a refund of a part from a whole one and from a failed one. Their next moves are the same. */
export const shownStatuses = [...topUpStatuses, 'partly-refunded'] as const
export type ShownStatus = (typeof shownStatuses)[number]

/** The status to show of a top-up, by what went back of it. */
export function shownStatusOf(topUp: Pick<TopUp, 'status' | 'credits' | 'price' | 'takings'>): ShownStatus {
  if (topUp.status !== 'refunded') return topUp.status
  const { paid } = takenBackOf(topUp)
  if (paid.isZero()) return 'credited'
  return paid.lt(topUp.price.total) ? 'partly-refunded' : 'refunded'
}
