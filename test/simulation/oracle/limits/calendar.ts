/** Days and windows by a calendar of the oracle's own: the time zone by Intl, weeks and cycles by counting days. */

const berlin = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' })
const days = new Map<number, string>()
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** `2026-11-23`; the rules of a time zone change with the hour at most. */
export function dayIn(time: number): string {
  const hour = Math.floor(time / HOUR_MS)
  const known = days.get(hour) ?? berlin.format(new Date(hour * HOUR_MS))
  days.set(hour, known)
  return known
}

/** As the API takes it. */
export type PlainWindow = { readonly kind: 'month' | 'week' | 'day' } | { readonly kind: 'cycle'; readonly day: number }

/** From its first day to the first one of the next. */
export interface PlainSpan {
  readonly key: string
  readonly from: string
  readonly to: string
}

const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS
const textOf = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10)

/** The first day of a month, counted from year 0; `2026-11` is month 24,322. */
const firstOf = (month: number): number =>
  numberOf(`${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`)

/** Where a billing cycle begins in a month: on the last day of one that is too short. */
const beginIn = (month: number, day: number): number => Math.min(firstOf(month) + day - 1, firstOf(month + 1) - 1)

const spans = new Map<string, PlainSpan>()

export function spanOf(window: PlainWindow, day: string): PlainSpan {
  const name = `${JSON.stringify(window)} ${day}`
  const known = spans.get(name) ?? spanAt(window, numberOf(day))
  spans.set(name, known)
  return known
}

function spanAt(window: PlainWindow, number: number): PlainSpan {
  const text = textOf(number)
  const month = Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1
  switch (window.kind) {
    case 'day':
      return between('day', number, number + 1)
    case 'week': {
      // Day 0 was a Thursday.
      const monday = number - ((number + 3) % 7)
      return between('week', monday, monday + 7)
    }
    case 'month':
      return { ...between('month', firstOf(month), firstOf(month + 1)), key: `month#${text.slice(0, 7)}` }
    case 'cycle': {
      const begun = beginIn(month, window.day) <= number ? month : month - 1
      return between(`cycle${window.day}`, beginIn(begun, window.day), beginIn(begun + 1, window.day))
    }
  }
}

const between = (kind: string, from: number, to: number): PlainSpan => ({
  key: `${kind}#${textOf(from)}`,
  from: textOf(from),
  to: textOf(to),
})
