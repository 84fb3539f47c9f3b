import type { Credits, Euros } from '../money/amounts.ts'
import { type Exact, plain } from '../money/exact.ts'
import type { Language } from '../text/language.ts'
import { type Instant, parseInstant } from '../time/instant.ts'

const LOCALES: Readonly<Record<Language, string>> = { de: 'de-DE', en: 'en-GB' }
const MOST_DECIMALS = 30

/** ECMA-402 formats a decimal text by its digits, never through a float. */
const digits = (amount: Exact) => plain(amount) as `${number}`

/** Euros with at least two decimals, and all that there are: `1.234,50 €`, `€1,234.50`. */
export const euroText = (amount: Euros, language: Language): string =>
  new Intl.NumberFormat(LOCALES[language], {
    style: 'currency',
    currency: 'EUR',
    minimumFractionDigits: 2,
    maximumFractionDigits: MOST_DECIMALS,
  }).format(digits(amount))

/** Credits, exact: `10.000`, `10,000.25`. */
const creditsText = (amount: Credits, language: Language): string =>
  new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: MOST_DECIMALS }).format(digits(amount))

/** With their name: `1 Credit`, `10.000 Credits`, `10,000 credits`. */
export function countedCredits(amount: Credits, language: Language): string {
  const name = language === 'de' ? 'Credit' : 'credit'
  return `${creditsText(amount, language)} ${amount.eq(1) ? name : `${name}s`}`
}

/** A day as people write it, where the account is: `24. November 2026`. */
export const dayIn = (at: Instant, timeZone: string, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone }).format(at)

/** A day of the calendar, which is the same everywhere, as people write it: `2026-12-24` is `24. Dezember 2026`. */
export const calendarDay = (day: string, language: Language): string =>
  dayIn(parseInstant(`${day}T00:00:00Z`) ?? 0, 'UTC', language)

/** A moment, with its time zone: `24. November 2026 um 08:15 MEZ`. */
export const momentIn = (at: Instant, timeZone: string, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(at)
