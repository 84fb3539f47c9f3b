import { type Euros, euros } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { TopUpEntry, TopUpNotPaidEntry, TopUpWantedEntry } from '../entries/top-up.ts'

/** Purchases by hand through the provider, by days of the account's time zone; in euros, with tax and fee. */
export interface BoughtByHand {
  /** The newest day that anything was paid on: `2026-11-24`; empty: none was. */
  readonly day: string
  readonly paidThatDay: Euros
  /** In the month of that day. */
  readonly paidThatMonth: Euros
  /** Wanted, and neither paid nor given up. */
  readonly pending: readonly Pending[]
}

interface Pending {
  /** The top-up. */
  readonly id: string
  readonly paid: Euros
}

/** A stage's caps of purchases by hand for one account, in euros with tax and fee. */
export interface ManualCaps {
  readonly day: Euros
  readonly month: Euros
}

/** The most pending purchases: each takes bytes of every page's header. */
export const MOST_PENDING = 10

const NOTHING: BoughtByHand = { day: '', paidThatDay: euros('0'), paidThatMonth: euros('0'), pending: [] }

const MONTH = 'YYYY-MM'.length
const monthOf = (day: string): string => day.slice(0, MONTH)
const sum = (a: Euros, b: Euros): Euros => a.plus(b) as Euros

/** What was bought after a person wanted one more. */
export const afterWanted = (bought: BoughtByHand = NOTHING, { key: id, paid }: TopUpWantedEntry): BoughtByHand => ({
  ...bought,
  pending: [...bought.pending, { id, paid }],
})

/** … after one came to nothing. */
export const afterNotPaid = (
  bought: BoughtByHand | undefined,
  { key }: Pick<TopUpNotPaidEntry, 'key'>,
): BoughtByHand | undefined => bought && { ...bought, pending: bought.pending.filter(({ id }) => id !== key) }

/** … after one was paid, also one that was given up before. One from before purchases were counted says no day. */
export function afterPaid(bought: BoughtByHand | undefined, { key, day, paid }: TopUpEntry): BoughtByHand | undefined {
  const others = afterNotPaid(bought, { key })
  return day === undefined ? others : withPaid(others ?? NOTHING, day, paid)
}

function withPaid(bought: BoughtByHand, day: string, paid: Euros): BoughtByHand {
  const isSameMonth = monthOf(day) === monthOf(bought.day)
  const paidThatMonth = isSameMonth ? sum(bought.paidThatMonth, paid) : paid
  if (day > bought.day) return { ...bought, day, paidThatDay: paid, paidThatMonth }
  if (day === bought.day) return { ...bought, paidThatDay: sum(bought.paidThatDay, paid), paidThatMonth }
  // Counted on a day that is over.
  return isSameMonth ? { ...bought, paidThatMonth } : bought
}

/**
 * The room left today and in this month. A pending purchase counts in both, since it may be paid today.
 *
 * @param today where the account is
 */
export function roomByHand(bought: BoughtByHand = NOTHING, caps: ManualCaps, today: string): ManualCaps {
  const pending = bought.pending.reduce((total, { paid }) => sum(total, paid), euros('0'))
  const paidToday = bought.day === today ? bought.paidThatDay : euros('0')
  const paidThisMonth = monthOf(bought.day) === monthOf(today) ? bought.paidThatMonth : euros('0')
  const left = (cap: Euros, paid: Euros): Euros => cap.minus(paid).minus(pending) as Euros
  return { day: left(caps.day, paidToday), month: left(caps.month, paidThisMonth) }
}

/** As words of a page's header. */
export function boughtWords({ day, paidThatDay, paidThatMonth, pending }: BoughtByHand): readonly string[] {
  const list = pending.map(({ id, paid }) => `${id},${plain(paid)}`).join(';')
  return [
    `bought:${day || '-'}:${plain(paidThatDay)}:${plain(paidThatMonth)}`,
    ...(list === '' ? [] : [`pending:${list}`]),
  ]
}

/** @param words all of a header's tally; `undefined`: none of them says anything of it */
export function readBoughtWords(words: readonly string[]): BoughtByHand | undefined {
  const [, day = '', paidThatDay = '', paidThatMonth = ''] =
    words.find((word) => word.startsWith('bought:'))?.split(':') ?? []
  if (day === '') return undefined
  const list =
    words
      .find((word) => word.startsWith('pending:'))
      ?.slice('pending:'.length)
      .split(';') ?? []
  return {
    day: day === '-' ? '' : day,
    paidThatDay: euros(paidThatDay),
    paidThatMonth: euros(paidThatMonth),
    pending: list.map((one) => {
      const [id = '', paid = ''] = one.split(',')
      return { id, paid: euros(paid) }
    }),
  }
}
