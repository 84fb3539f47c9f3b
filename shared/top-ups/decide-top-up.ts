import type { AutoTopUp } from '../ledger/entries/auto-top-up.ts'
import { DECLINES_BEFORE_SUSPENSION } from '../ledger/tally/next-top-up.ts'
import type { TopUpTally, WaitReason } from '../ledger/tally/top-up-state.ts'
import type { Credits, Euros } from '../money/amounts.ts'
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../time/instant.ts'
import type { Price } from './top-up.ts'

/** The facts that an open top-up is decided by, all at the log's head. */
export interface Facts {
  /** `undefined`: switched off since. */
  readonly auto: AutoTopUp | undefined
  readonly balance: Credits
  readonly tally: TopUpTally
  readonly price: Price
  readonly now: Instant
  /** The calendar month of `now` in the account's time zone, and when the next begins. */
  readonly month: string
  readonly nextMonth: Instant
  readonly hasMethod: boolean
}

/** `wait`: until a restored log was reconciled. `until`: when it is tried again; `undefined`: there is nothing to try. */
export type TopUpDecision =
  | { readonly kind: 'pay' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'skip'; readonly reason: WaitReason | 'off' | 'not-needed'; readonly until?: Instant }

/** A payer may store one without a message to us. */
const NO_METHOD_WAIT_MS = DAY_MS

/**
 * Whether an open automatic top-up is paid now (reliability, T5).
 *
 * The caps are judged here and nowhere else, by the tally of the log's head: while a top-up is open no other one can be
 * paid, so nothing can pass between this and the payment.
 */
export function decideTopUp({ auto, balance, tally, price, now, month, nextMonth, hasMethod }: Facts): TopUpDecision {
  if (auto === undefined) return { kind: 'skip', reason: 'off' }
  if (balance.gte(auto.threshold)) return { kind: 'skip', reason: 'not-needed' }

  const cooledAt = tally.lastPaidAt + auto.cooldownMinutes * MINUTE_MS
  if (tally.lastPaidAt > 0 && now < cooledAt) return { kind: 'skip', reason: 'cooldown', until: cooledAt }

  const number = (tally.month === month ? tally.number : 0) + 1
  if (price.total.gt(roomIn(month, auto, tally)) || number > auto.monthlyCap.number)
    return { kind: 'skip', reason: 'cap-reached', until: nextMonth }

  if (!hasMethod) return { kind: 'skip', reason: 'no-payment-method', until: now + NO_METHOD_WAIT_MS }
  return { kind: 'pay' }
}

/** The amount that automatic top-up may still pay in a month, with tax and fee; below 0 where the cap was lowered. */
export const roomIn = (month: string, { monthlyCap }: AutoTopUp, tally: Pick<TopUpTally, 'month' | 'paid'>): Euros =>
  (tally.month === month ? monthlyCap.paid.minus(tally.paid) : monthlyCap.paid) as Euros

const BACKOFF_MS: readonly number[] = [HOUR_MS, 6 * HOUR_MS, DAY_MS]

/**
 * When a declined payment is tried again, and how much the decline counts. The same method fails again after a hard one,
 * so that counts as many as suspend.
 */
export function afterDecline(
  { declines }: Pick<TopUpTally, 'declines'>,
  isHard: boolean,
  now: Instant,
): { readonly until: Instant; readonly declines: number } {
  const wait = BACKOFF_MS[declines] ?? DAY_MS
  return { until: now + wait, declines: isHard ? DECLINES_BEFORE_SUSPENSION : 1 }
}
