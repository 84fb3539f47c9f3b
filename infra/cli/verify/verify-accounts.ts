import { minus, noCredits, plus } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { Catalogue } from '../../../shared/rates/catalogue.ts'
import { readCatalogue } from '../../../shared/store/rates-table.ts'
import { storedAccounts } from './stored-accounts.ts'
import type { StoredTables } from './stored-tables.ts'
import { type AccountSums, verifyAccount } from './verify-account.ts'
import { collectIdentities, type Identities } from './verify-identities.ts'
import { verifyMarkers } from './verify-markers.ts'
import type { Violation } from './violation.ts'

/** What was verified, and how it ended. Amounts in credits, exact. */
export interface Verdict {
  readonly accounts: number
  readonly pages: number
  readonly entries: number
  readonly credited: string
  readonly charged: string
  readonly balance: string
  readonly violations: number
}

export type Tell = (violation: Violation) => Promise<void> | void

/**
 * Verifies every account, or one, each as of the moment its turn comes; then the markers; then that no identity stands twice.
 *
 * Logs go through memory in pieces: it grows with the number of accounts and with one account's users, not with the logs.
 */
export async function verifyAccounts(
  tables: StoredTables,
  account: string | undefined,
  onViolation: Tell,
): Promise<Verdict> {
  const identities = collectIdentities(tables)
  try {
    return await verifyWith(identities, tables, account, onViolation)
  } finally {
    identities.close()
  }
}

async function verifyWith(
  identities: Identities,
  tables: StoredTables,
  account: string | undefined,
  onViolation: Tell,
): Promise<Verdict> {
  let catalogue: Catalogue | undefined
  let violations = 0
  const rateCards = async () => {
    catalogue = await readCatalogue(tables.rates, Date.now(), catalogue)
    return catalogue.cards
  }
  const tell = async (violation: Violation): Promise<void> => {
    violations += 1
    await onViolation(violation)
  }

  const accounts = account === undefined ? await storedAccounts(tables) : [account]
  let all: AccountSums = { pages: 0, entries: 0, credited: noCredits, charged: noCredits }
  for (const name of accounts) all = addSums(all, await verifyAccount({ tables, identities, rateCards, tell }, name))
  await verifyMarkers(tables, account, tell)
  await identities.tellDoubles(tell)

  const { pages, entries, credited, charged } = all
  return {
    accounts: accounts.length,
    pages,
    entries,
    credited: plain(credited),
    charged: plain(charged),
    balance: plain(minus(credited, charged)),
    violations,
  }
}

const addSums = (a: AccountSums, b: AccountSums): AccountSums => ({
  pages: a.pages + b.pages,
  entries: a.entries + b.entries,
  credited: plus(a.credited, b.credited),
  charged: plus(a.charged, b.charged),
})
