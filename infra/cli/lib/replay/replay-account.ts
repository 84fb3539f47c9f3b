import { euros } from '../../../../shared/money/amounts.ts'
import type { AccountBook } from '../api/account-book.ts'
import type { ApiClient } from '../api/api-client.ts'
import { demoRates } from '../first-rate-card.ts'
import type { Actor } from '../place.ts'
import type { TraceRow } from './trace.ts'

const ACTOR: Actor = 'replay'

/** Grants are whole hundreds of euros: enough, and something is left over. */
const STEP_EUROS = 100

/**
 * Opens the account if there is none, and gives what the trace will cost: once for each `reference`.
 *
 * An account that another command or person opened gets nothing.
 *
 * @returns what was done, for the person who called
 */
export async function prepareReplayAccount(
  api: ApiClient,
  account: string,
  book: AccountBook,
  grant: { readonly reference: string; readonly eur: string },
): Promise<string> {
  await book.readOn()
  if (book.entries.length === 0) {
    await api.post('/v1/accounts', { account, name: `Replayed traces (${account})` }, `replay-account-${account}`)
    await book.readOn()
  }
  const isOurs = book.entries.some((entry) => entry.kind === 'open' && entry.actor === ACTOR)
  const isGranted = book.entries.some((entry) => entry.kind === 'grant' && entry.reference === grant.reference)
  if (!isOurs)
    return `Account ${account} was not opened by this command: it grants nothing, and the account's own credits pay.`
  if (isGranted) return `Account ${account} was granted what this file costs before.`
  const body = { amount: { eur: grant.eur }, reason: 'What the replayed trace costs', reference: grant.reference }
  await api.post(`/v1/accounts/${account}/grants`, body, grant.reference)
  return `Granted ${grant.eur} € to account ${account}: what this file costs at the demo's prices, rounded up.`
}

/** What the rows will cost with the demo's prices, rounded up; with other prices the balance may go below zero. */
export function grantFor(rows: readonly TraceRow[], service: string): string {
  const costOf = (meter: string, totalOf: (row: TraceRow) => string) => {
    const rate = demoRates.find((one) => one.service === service && one.meter === meter)
    const total = rows.reduce((sum, row) => sum + (Number(totalOf(row)) || 0), 0)
    return euros(rate?.price ?? '0')
      .times(total)
      .dividedBy(rate?.per ?? 1)
  }
  const cost = costOf('input_tokens', ({ input }) => input).plus(costOf('output_tokens', ({ output }) => output))
  return cost.dividedBy(STEP_EUROS).ceil().clampedTo(1, 1_000_000).times(STEP_EUROS).toFixed(2)
}
