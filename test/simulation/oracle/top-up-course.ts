import { amount, amountText } from './amount.ts'
import type { StoredAuto, StoredOther, StoredPage } from './read-page.ts'

/** Automatic top-up by the oracle's own rules, from entries and balances alone. */
export interface Course {
  kind: 'off' | 'idle' | 'open' | 'waiting' | 'suspended' | 'reconciling'
  of: string
  /** What an open one buys, when a waiting one is due, why. */
  rest: string
  tally:
    | {
        month: string
        paid: bigint
        number: number
        at: number
        declines: number
        last: bigint
        stopped: string
        /** The epoch that is not reconciled; 0: none. */
        unsure: number
        hand:
          | { day: string; dayPaid: bigint; monthPaid: bigint; pending: readonly (readonly [string, bigint])[] }
          | undefined
      }
    | undefined
}

export const noCourse: Course = { kind: 'off', of: '', rest: '', tally: undefined }

const WHOLE = amount('1')

/** The course after a page (account-log, "Top-up state"). */
export function courseAfter(before: Course, page: StoredPage, auto: StoredAuto | undefined): Course {
  const place = page.epoch === 0 ? `${page.seq}` : `${page.seq}e${page.epoch}`
  const course: Course = { ...before, tally: before.tally && { ...before.tally } }
  const settle = (kind: Course['kind'], of = '', rest = ''): void => {
    Object.assign(course, { kind, of, rest })
  }
  const tally = () => {
    course.tally ??= {
      month: '-',
      paid: 0n,
      number: 0,
      at: 0,
      declines: 0,
      last: 0n,
      stopped: '',
      unsure: 0,
      hand: undefined,
    }
    return course.tally
  }
  for (const entry of page.entries) {
    if (entry.kind === 'charge') continue
    if (entry.kind === 'settings' && course.kind === 'waiting') settle('idle')
    if (entry.kind === 'top-up-wanted') {
      const { pending, ...hand } = tally().hand ?? NO_HAND
      tally().hand = { ...hand, pending: [...pending, [entry.key, amount(entry.paid!)]] }
    }
    if (entry.kind === 'top-up-not-paid' || entry.kind === 'top-up') leavePending(tally(), entry)
    if (entry.kind === 'top-up') takePayment(entry, course, tally(), settle)
    if (entry.kind === 'top-up-ended') {
      const known = tally()
      if (course.kind !== 'open' || course.of !== entry.of) continue
      known.declines += entry.declines!
      if (entry.declines! > 0 && known.declines >= 3) settle('suspended', entry.of, 'declined')
      else if (entry.until === undefined || entry.reason === 'off' || entry.reason === 'not-needed') settle('idle')
      else settle('waiting', entry.of, `${entry.until}:${entry.reason}`)
    }
    if (entry.kind === 'top-up-retry' && entry.cause === 'admin' && entry.of === '0') {
      if (course.kind === 'waiting' || course.kind === 'suspended') settle('idle')
      Object.assign(tally(), { declines: 0, stopped: '' })
    } else if (entry.kind === 'top-up-retry' && (course.kind === 'waiting' || course.kind === 'suspended')) {
      const until = Number(course.rest.split(':')[0])
      if (entry.cause === 'due' && course.kind === 'waiting' && course.of === entry.of && until <= entry.at)
        settle('idle')
      if (entry.cause === 'admin' || (entry.cause === 'payment-method' && !/refunded|disputed/.test(course.rest))) {
        settle('idle')
        tally().declines = 0
        if (entry.cause === 'admin') tally().stopped = ''
      }
    }
    if (entry.kind === 'restore' && entry.holdsTopUps === true) tally().unsure = entry.epoch!
    if (entry.kind === 'reconciled' && course.tally?.unsure === entry.epoch) {
      tally().unsure = 0
      if (course.kind === 'reconciling') settle('off')
    }
    if (entry.kind === 'payment-reversal' && !/-won|-failed/.test(entry.cause ?? ''))
      tally().stopped = entry.cause === 'dispute' ? 'disputed' : tally().stopped || 'refunded'
  }
  if (course.kind === 'open') return course
  const stopped = course.tally?.stopped ?? ''
  if (auto === undefined) settle('off')
  else if (stopped !== '' && !(course.kind === 'suspended' && course.rest === stopped))
    settle('suspended', place, stopped)
  else if (course.kind === 'off' && (course.tally?.declines ?? 0) >= 3) settle('suspended', place, 'declined')
  else if ((course.tally?.unsure ?? 0) > 0) {
    if (course.kind === 'off' || course.kind === 'idle') settle('reconciling', place)
  } else if (course.kind === 'off' || course.kind === 'idle') {
    const balance = amount(page.balance)
    if (balance >= amount(auto.threshold)) settle('idle')
    else {
      const cut = cutPayment(before, page, auto)
      if (cut === undefined) settle('open', place, amountText(wantedBy(auto, balance)))
      else settle('waiting', before.of, `${cut.at + (auto.cooldownMinutes || 60) * 60_000}:cooldown`)
    }
  }
  return course
}

const NO_HAND = { day: '-', dayPaid: 0n, monthPaid: 0n, pending: [] }

/** What waited for its payment has it, or never will. */
function leavePending(tally: NonNullable<Course['tally']>, { kind, key, day, paid = '0', of }: StoredOther): void {
  if (kind === 'top-up' && of !== undefined) return
  const { hand } = tally
  const others = hand && { ...hand, pending: hand.pending.filter(([id]) => id !== key) }
  if (kind === 'top-up-not-paid' || day === undefined) {
    tally.hand = others
    return
  }
  const known = others ?? NO_HAND
  const isMonth = known.day.slice(0, 7) === day.slice(0, 7)
  if (day < known.day && known.day !== '-')
    tally.hand = isMonth ? { ...known, monthPaid: known.monthPaid + amount(paid) } : known
  else
    tally.hand = {
      day,
      pending: known.pending,
      dayPaid: (day === known.day ? known.dayPaid : 0n) + amount(paid),
      monthPaid: (isMonth ? known.monthPaid : 0n) + amount(paid),
    }
}

function wantedBy({ amount: each, target, most, threshold }: StoredAuto, balance: bigint): bigint {
  if (each === undefined) return ceil(amount(target!) - balance)
  if (most === undefined) return amount(each)
  let wanted = amount(each)
  while (balance + wanted < amount(threshold) && wanted + amount(each) <= amount(most)) wanted += amount(each)
  return wanted
}

/** The payment of what was open, where one amount more would have been above the most of a purchase. */
const cutPayment = (before: Course, { entries }: StoredPage, { amount: each, most }: StoredAuto) =>
  each === undefined || most === undefined || before.kind !== 'open'
    ? undefined
    : entries.find(
        (entry): entry is StoredOther =>
          entry.kind === 'top-up' && entry.of === before.of && amount(entry.credits!) + amount(each) > amount(most),
      )

function takePayment(
  entry: StoredOther,
  course: Course,
  tally: NonNullable<Course['tally']>,
  settle: (kind: Course['kind']) => void,
): void {
  tally.last = amount(entry.credits!)
  if (entry.of === undefined) return
  if (course.kind === 'open' && course.of === entry.of) settle('idle')
  const month = entry.month!
  if (tally.month === '-' || month > tally.month) Object.assign(tally, { month, paid: amount(entry.paid!), number: 1 })
  else if (month === tally.month) {
    tally.paid += amount(entry.paid!)
    tally.number += 1
  }
  tally.at = Math.max(tally.at, entry.at)
  tally.declines = 0
}

const ceil = (value: bigint): bigint => {
  const whole = value / WHOLE
  return (value % WHOLE > 0n ? whole + 1n : whole) * WHOLE
}

/** As pages store it. */
export function courseText({ kind, of, rest, tally }: Course): string {
  const state = [kind, of, rest].filter(Boolean).join(':')
  if (tally === undefined) return state
  const { month, paid, number, at, declines, last, stopped, unsure, hand } = tally
  const more = [stopped, unsure === 0 ? '' : `reconciling:${unsure}`, ...handWords(hand)].filter(Boolean)
  return [state, month, amountText(paid), number, at, declines, amountText(last), ...more].join(' ')
}

function handWords(hand: NonNullable<Course['tally']>['hand']): readonly string[] {
  if (hand === undefined) return []
  const pending = hand.pending.map(([id, paid]) => `${id},${amountText(paid)}`).join(';')
  const bought = `bought:${hand.day}:${amountText(hand.dayPaid)}:${amountText(hand.monthPaid)}`
  return [bought, pending === '' ? '' : `pending:${pending}`]
}
