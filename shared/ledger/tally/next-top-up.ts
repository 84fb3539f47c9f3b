import type { Credits } from '../../money/amounts.ts'
import { isReturn } from '../../money/taking-causes.ts'
import { MINUTE_MS } from '../../time/instant.ts'
import { type AutoTopUp, wantedCredits } from '../entries/auto-top-up.ts'
import type { Entry } from '../entries/entries.ts'
import type {
  PaymentReversalEntry,
  ReconciledEntry,
  TopUpEndedEntry,
  TopUpEntry,
  TopUpNotPaidEntry,
  TopUpRetryEntry,
  TopUpWantedEntry,
} from '../entries/top-up.ts'
import { afterNotPaid, afterPaid, afterWanted, type BoughtByHand } from './bought-by-hand.ts'
import {
  noTally,
  OF_NO_PAGE,
  type StopReason,
  type TopUpPlace,
  type TopUpState,
  type TopUpTally,
} from './top-up-state.ts'

/** Automatic top-up stops at this many declines in a row: a fourth try would only annoy the payer's bank. */
export const DECLINES_BEFORE_SUSPENSION = 3

/** The state of automatic top-up, with the tally of top-ups. */
export interface TopUpCourse {
  readonly topUp: TopUpState
  readonly tally: TopUpTally | undefined
}

/**
 * Automatic top-up after a page: its entries one after another, then the balance against the threshold (account-log,
 * "Top-up state").
 *
 * @param auto the settings in force after the page; `undefined`: off
 * @param place of the page
 */
export function nextTopUp(
  before: TopUpCourse,
  entries: readonly Entry[],
  {
    auto,
    balance,
    place,
  }: { readonly auto: AutoTopUp | undefined; readonly balance: Credits; readonly place: TopUpPlace },
): TopUpCourse {
  let course = before
  for (const entry of entries) course = afterEntry(course, entry)
  const topUp = judged(course, auto, balance, place)
  if (topUp.kind !== 'open' || auto === undefined) return { ...course, topUp }
  return { ...course, topUp: pausing(before.topUp, entries, auto) ?? topUp }
}

/** The pause after a purchase that could not be larger, where the settings have no cooldown. */
const PAUSE_MINUTES = 60

/** The rest waits for the cooldown: an endless gap must not become an endless series of charges. */
function pausing(before: TopUpState, entries: readonly Entry[], { buys, cooldownMinutes }: AutoTopUp) {
  if (before.kind !== 'open' || buys.kind !== 'amount' || buys.mostPerPurchase === undefined) return undefined
  const { of } = before
  const paid = entries.find((entry): entry is TopUpEntry => entry.kind === 'top-up' && entry.of === of)
  if (paid === undefined || paid.credits.plus(buys.amount).lte(buys.mostPerPurchase)) return undefined
  const until = paid.at + (cooldownMinutes || PAUSE_MINUTES) * MINUTE_MS
  return { kind: 'waiting', of, until, reason: 'cooldown' } as const
}

function afterEntry(course: TopUpCourse, entry: Entry): TopUpCourse {
  switch (entry.kind) {
    case 'settings':
      // A new cap or threshold may end the wait, and the admin who sets it knows of the decline.
      return course.topUp.kind === 'waiting' ? { ...course, topUp: { kind: 'idle' } } : course
    case 'top-up':
      return afterPayment(course, entry)
    case 'top-up-ended':
      return afterEnd(course, entry)
    case 'top-up-wanted':
    case 'top-up-not-paid':
      return afterWish(course, entry)
    case 'top-up-retry':
      return afterRetry(course, entry)
    case 'payment-reversal':
      return afterReversal(course, entry)
    case 'restore':
      return entry.holdsTopUps
        ? { ...course, tally: { ...(course.tally ?? noTally), reconciling: entry.epoch } }
        : course
    case 'reconciled':
      return afterReconciliation(course, entry)
    default:
      return course
  }
}

function afterPayment({ topUp, tally = noTally }: TopUpCourse, entry: TopUpEntry): TopUpCourse {
  const { of, month, paid, at, credits: lastCredits } = entry
  if (of === undefined) return { topUp, tally: withBought({ ...tally, lastCredits }, afterPaid(tally.bought, entry)) }
  return {
    topUp: topUp.kind === 'open' && topUp.of === of ? { kind: 'idle' } : topUp,
    tally: {
      ...tally,
      ...monthWith(tally, month, paid),
      lastPaidAt: Math.max(tally.lastPaidAt, at),
      declines: 0,
      lastCredits,
    },
  }
}

function afterWish({ topUp, tally = noTally }: TopUpCourse, entry: TopUpWantedEntry | TopUpNotPaidEntry): TopUpCourse {
  const { bought } = tally
  const after = entry.kind === 'top-up-wanted' ? afterWanted(bought, entry) : afterNotPaid(bought, entry)
  return { topUp, tally: withBought(tally, after) }
}

const withBought = (tally: TopUpTally, bought: BoughtByHand | undefined): TopUpTally =>
  bought === undefined ? tally : { ...tally, bought }

/** A payment of a month that is over counts no more. */
function monthWith(tally: TopUpTally, month: string, paid: TopUpEntry['paid']) {
  if (month < tally.month) return {}
  if (month > tally.month) return { month, paid, number: 1 }
  return { paid: tally.paid.plus(paid) as TopUpEntry['paid'], number: tally.number + 1 }
}

function afterEnd({ topUp, tally = noTally }: TopUpCourse, entry: TopUpEndedEntry): TopUpCourse {
  const { of, until, reason } = entry
  if (topUp.kind !== 'open' || topUp.of !== of) return { topUp, tally }
  const declines = tally.declines + entry.declines
  const after = { ...tally, declines }
  if (declines >= DECLINES_BEFORE_SUSPENSION && entry.declines > 0)
    return { topUp: { kind: 'suspended', of, reason: 'declined' }, tally: after }
  if (until === undefined || reason === 'off' || reason === 'not-needed')
    return { topUp: { kind: 'idle' }, tally: after }
  return { topUp: { kind: 'waiting', of, until, reason }, tally: after }
}

function afterRetry(course: TopUpCourse, { cause, of, at }: TopUpRetryEntry): TopUpCourse {
  const { topUp, tally = noTally } = course
  if (cause === 'admin' && of === OF_NO_PAGE) return lifted(course)
  if (topUp.kind !== 'waiting' && topUp.kind !== 'suspended') return course
  switch (cause) {
    case 'due':
      return topUp.kind === 'waiting' && topUp.of === of && topUp.until <= at
        ? { ...course, topUp: { kind: 'idle' } }
        : course
    case 'admin':
      return lifted(course)
    case 'payment-method':
      // A new card is no answer to a dispute.
      return topUp.reason === 'disputed' || topUp.reason === 'refunded'
        ? course
        : { topUp: { kind: 'idle' }, tally: { ...tally, declines: 0 } }
  }
}

/** An admin lets it go on: what was declined, refunded or disputed is forgotten. What is off or on its way stays so. */
function lifted({ topUp, tally = noTally }: TopUpCourse): TopUpCourse {
  const { stopped: _, ...others } = tally
  const isWaiting = topUp.kind === 'waiting' || topUp.kind === 'suspended'
  return { topUp: isWaiting ? { kind: 'idle' } : topUp, tally: { ...others, declines: 0 } }
}

/** Money that went back is not asked for again by itself, however long it takes until that is judged: until an admin says so. */
function afterReversal(course: TopUpCourse, entry: PaymentReversalEntry): TopUpCourse {
  const { topUp, tally = noTally } = course
  const stopped = stopAfter(tally.stopped, entry)
  return stopped === undefined || stopped === tally.stopped ? course : { topUp, tally: { ...tally, stopped } }
}

/** Why automatic top-up is stopped after money moved back, or came again; a dispute weighs more than a refund. @param stopped before */
export function stopAfter(
  stopped: StopReason | undefined,
  { cause }: Pick<PaymentReversalEntry, 'cause'>,
): StopReason | undefined {
  if (isReturn(cause)) return stopped
  return cause === 'dispute' || stopped === 'disputed' ? 'disputed' : 'refunded'
}

/** That of an epoch before says nothing of what the latest restore lost. */
function afterReconciliation(course: TopUpCourse, { epoch }: ReconciledEntry): TopUpCourse {
  const { topUp, tally } = course
  if (tally?.reconciling !== epoch) return course
  const { reconciling: _, ...others } = tally
  // The same as switching it on here.
  return { topUp: topUp.kind === 'reconciling' ? { kind: 'off' } : topUp, tally: others }
}

function judged(
  { topUp, tally }: TopUpCourse,
  auto: AutoTopUp | undefined,
  balance: Credits,
  of: TopUpPlace,
): TopUpState {
  // It waits for a payment that may be under way at the provider, also after new settings.
  if (topUp.kind === 'open') return topUp
  if (auto === undefined) return { kind: 'off' }
  const { declines, stopped } = tally ?? noTally
  // A dispute weighs more than a decline: another payment method is no answer to it.
  if (stopped !== undefined && (topUp.kind !== 'suspended' || topUp.reason !== stopped))
    return { kind: 'suspended', of, reason: stopped }
  if (topUp.kind === 'off' && declines >= DECLINES_BEFORE_SUSPENSION)
    return { kind: 'suspended', of, reason: 'declined' }
  if (topUp.kind === 'waiting' || topUp.kind === 'suspended') return topUp
  if (tally?.reconciling !== undefined) return topUp.kind === 'reconciling' ? topUp : { kind: 'reconciling', of }
  return balance.lt(auto.threshold) ? { kind: 'open', of, buys: wantedCredits(auto, balance) } : { kind: 'idle' }
}
