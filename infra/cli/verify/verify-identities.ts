import { identityOf } from '../../../shared/ledger/entries/entries.ts'
import type { Identity } from '../../../shared/ledger/entries/identity.ts'
import { readPage } from '../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import type { EntryPlace } from '../../../shared/ledger/verify/verify-identities.ts'
import type { StoredTables } from '../lib/stored-tables.ts'
import { identitySorter } from './identity-sorter.ts'
import type { Violation } from './violation.ts'

/** Every identity of the logs that are verified together, each of which may stand in one place of one log. */
export interface Identities {
  readonly add: (page: Page) => void
  /** After the last page. */
  readonly tellDoubles: (tell: (violation: Violation) => Promise<void>) => Promise<void>
  readonly close: () => void
}

export function collectIdentities({ log }: Pick<StoredTables, 'log'>): Identities {
  const sorter = identitySorter()
  const accounts: string[] = []
  const numbers = new Map<string, number>()

  const numberOf = (account: string): number => {
    const known = numbers.get(account)
    if (known !== undefined) return known
    numbers.set(account, accounts.length)
    return accounts.push(account) - 1
  }
  const add = ({ header, entries }: Page): void => {
    const account = numberOf(header.account)
    entries.forEach((entry, position) => {
      sorter.add(identityOf(entry, header.account), { account, seq: header.seq, position })
    })
  }
  const tellDoubles: Identities['tellDoubles'] = async (tell) => {
    const nameOf = ({ account }: EntryPlace): string => accounts[account] ?? ''
    for (const { first, second } of sorter.doubles()) {
      const [account, page] = [nameOf(second), second.seq]
      const identity = await identityAt(log, account, second)
      await tell({
        account,
        page,
        check: 'identity',
        entry: second.position,
        expected: `${identity === undefined ? 'its identity' : textOf(identity)} once`,
        found: `also in page ${first.seq} entry ${first.position} of ${nameOf(first)}`,
      })
    }
  }
  return { add, tellDoubles, close: sorter.close }
}

/** Hashes were compared; people know the identity itself. */
async function identityAt(
  log: StoredTables['log'],
  account: string,
  { seq, position }: EntryPlace,
): Promise<Identity | undefined> {
  // A page that contradicts itself is told elsewhere.
  const page = await readPage(log, account, seq).catch(() => undefined)
  const entry = page?.entries[position]
  return entry && identityOf(entry, account)
}

/** `usage /chat/eu order-17`. */
const textOf = (identity: Identity): string => identity.replaceAll('\0', ' ')
