import type { AutoTopUp } from '../../../shared/ledger/entries/auto-top-up.ts'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import type { TopUpEntry } from '../../../shared/ledger/entries/top-up.ts'
import { nextTopUp, type TopUpCourse } from '../../../shared/ledger/tally/next-top-up.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'

export const auto: AutoTopUp = {
  threshold: credits('2000'),
  buys: { kind: 'amount', amount: credits('10000') },
  monthlyCap: { paid: euros('500'), number: 5 },
  cooldownMinutes: 0,
}
export const open: TopUpCourse = { topUp: { kind: 'open', of: '7', buys: credits('10000') }, tally: undefined }

/** The course of a top-up after page 9. */
export const pageAfter = (
  before: TopUpCourse,
  balance: string,
  entries: readonly Entry[] = [],
  settings: AutoTopUp = auto,
) => nextTopUp(before, entries, { auto: settings, balance: credits(balance), place: '9' })

export const made = { key: 'auto-7', actor: 'groschen', at: 6000 }
export const paid: TopUpEntry = {
  kind: 'top-up',
  ...made,
  provider: 'stripe',
  payment: 'pi_1',
  of: '7',
  month: '2026-11',
  paid: euros('119'),
  credits: credits('10000'),
}
