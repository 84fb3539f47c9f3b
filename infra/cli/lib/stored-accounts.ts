import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../../shared/aws/document-client.ts'
import { type AccountsTable, listAccountIds, readAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readHeadPlace } from '../../../shared/ledger/io/stored-pages.ts'
import { misused } from './failure.ts'
import type { StoredTables } from './stored-tables.ts'

const RECORDS_A_REQUEST = 1000

/** Ids of all accounts that have a record, a log or a snapshot, in order. */
export async function storedAccounts({
  accounts,
  log,
  snapshots,
}: Pick<StoredTables, 'accounts' | 'log' | 'snapshots'>): Promise<readonly string[]> {
  const recorded = await recordedAccounts(accounts)
  const logged = await partitionsOf(log, { seq: Number.MAX_SAFE_INTEGER })
  const folded = await partitionsOf(snapshots, { part: '\u{10ffff}' })
  return [...new Set([...recorded, ...logged, ...folded.filter(isAccount)])].sort()
}

/** @throws Failure where an account has neither a log nor a record */
export async function requireAccount(tables: StoredTables, account: string, place: string): Promise<void> {
  if ((await readHeadPlace(tables.log, account)) !== undefined) return
  if ((await readAccount(tables.accounts, account)) !== undefined) return
  throw misused(`${place} holds no account ${account}; ${await namedAccounts(tables)}`)
}

const NAMED = 10

/** Which accounts there are, for a caller that named one that there is not. */
export async function namedAccounts(tables: StoredTables): Promise<string> {
  const accounts = await storedAccounts(tables)
  if (accounts.length === 0) return 'it holds none at all'
  const more = accounts.length > NAMED ? ` and ${accounts.length - NAMED} more` : ''
  return `it holds ${accounts.slice(0, NAMED).join(', ')}${more}`
}

/** The sweep keeps its place there too, under a name that no account has. */
const isAccount = (name: string): boolean => !name.startsWith('#')

async function recordedAccounts(table: AccountsTable): Promise<readonly string[]> {
  const ids: string[] = []
  for (;;) {
    const more = await listAccountIds(table, ids.at(-1), RECORDS_A_REQUEST)
    ids.push(...more)
    if (more.length < RECORDS_A_REQUEST) return ids
  }
}

/** Jumps from each account to the next: a scan of one item that begins behind the last one an account may have. */
async function partitionsOf(
  table: { readonly documents: Documents; readonly name: string },
  last: { readonly seq: number } | { readonly part: string },
): Promise<readonly string[]> {
  const ids: string[] = []
  for (let after: string | undefined; ; ) {
    const { Items = [] } = await table.documents.send(
      new ScanCommand({
        TableName: table.name,
        Limit: 1,
        ProjectionExpression: 'account',
        ConsistentRead: true,
        ExclusiveStartKey: after === undefined ? undefined : { account: after, ...last },
      }),
    )
    const [item] = Items
    if (item === undefined) return ids
    after = String(item['account'])
    ids.push(after)
  }
}
