import type { ChargeEntry } from '../../../../shared/ledger/entries/charge.ts'
import type { RefundEntry, ReratingEntry } from '../../../../shared/ledger/entries/credit.ts'
import { storedAccounts } from '../stored-accounts.ts'
import type { StoredTables } from '../stored-tables.ts'
import { readHeadPlace } from '../verify/stored-pages.ts'
import { type Logged, loggedEntries } from './logged-entries.ts'

/** A charge, and what was given back or put right of it later. */
export interface FoundCharge extends Logged {
  readonly entry: ChargeEntry
  readonly corrections: readonly (Logged & { readonly entry: RefundEntry | ReratingEntry })[]
}

const EVERYTHING = { since: undefined, until: undefined, user: undefined, id: undefined }

/** All charges with an id; an id is one of its source, so there may be several. */
export async function findCharges(
  tables: StoredTables,
  {
    id,
    source,
    account,
  }: { readonly id: string; readonly source: string | undefined; readonly account: string | undefined },
): Promise<readonly FoundCharge[]> {
  const accounts = account === undefined ? await storedAccounts(tables) : [account]
  const found: FoundCharge[] = []
  for (const one of accounts) found.push(...(await chargesIn(tables, one, id, source)))
  return found
}

async function chargesIn(
  { log }: StoredTables,
  account: string,
  id: string,
  source: string | undefined,
): Promise<readonly FoundCharge[]> {
  const head = await readHeadPlace(log, account)
  if (head === undefined) return []
  const charges: (Logged & { readonly entry: ChargeEntry })[] = []
  const corrections: FoundCharge['corrections'][number][] = []
  for await (const logged of loggedEntries(log, account, head.seq, EVERYTHING)) {
    for (const one of logged) {
      const { entry } = one
      if (entry.kind === 'charge' && entry.id === id && (source ?? entry.source) === entry.source)
        charges.push({ ...one, entry })
      if ((entry.kind === 'refund' || entry.kind === 'rerating') && entry.of.id === id)
        corrections.push({ ...one, entry })
    }
  }
  return charges.map((charge) => ({
    ...charge,
    corrections: corrections.filter(({ entry }) => entry.of.source === charge.entry.source),
  }))
}
