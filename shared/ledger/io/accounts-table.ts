import type { Item, Table } from '../../aws/table.ts'
import { type Credits, credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Instant } from '../../time/instant.ts'

/** What admins set: one partition an account, one item a record. */
export type AccountsTable = Table

/** The paying organisation. */
export interface AccountRecord {
  readonly account: string
  readonly name: string
  /** IANA name: where its days and months begin. */
  readonly timeZone: string
  readonly currency: 'EUR'
  /** In credits: what the log opens with. */
  readonly lowBalanceLevels: readonly Credits[]
  readonly openedAt: Instant
  /** Who opened it, and the Idempotency-Key: page 1 names both. */
  readonly actor: string
  readonly key: string
}

const RECORD = 'account'

/** Puts an account's record, once; answers with the record that stands, ours or an earlier one. */
export async function putAccount(table: AccountsTable, account: AccountRecord): Promise<AccountRecord> {
  const put = await table.putOnce(keyOf(account.account), toItem(account))
  return put.kind === 'put' ? account : fromItem(put.standing)
}

export async function readAccount(table: AccountsTable, account: string): Promise<AccountRecord | undefined> {
  const item = await table.get(keyOf(account))
  return item && fromItem(item)
}

/** Accounts after one, by id, at most `limit`. An account opened a moment ago may be missing: the index follows the table. */
export async function listAccounts(
  table: AccountsTable,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly AccountRecord[]> {
  const { items } = await table.query({
    index: 'by-record',
    where: after === undefined ? '#record = :record' : '#record = :record AND account > :after',
    values: { record: RECORD, after },
    limit,
  })
  const records = await Promise.all(items.map((item) => readAccount(table, String(item['account']))))
  return records.filter((record) => record !== undefined)
}

const keyOf = (account: string) => ({ account, record: RECORD })

const toItem = (account: AccountRecord) => ({
  ...account,
  lowBalanceLevels: account.lowBalanceLevels.map(plain),
  version: 1,
})

function fromItem(item: Item): AccountRecord {
  return {
    account: String(item['account']),
    name: String(item['name']),
    timeZone: String(item['timeZone']),
    currency: 'EUR',
    lowBalanceLevels: (item['lowBalanceLevels'] as readonly string[]).map(credits),
    openedAt: Number(item['openedAt']),
    actor: String(item['actor']),
    key: String(item['key']),
  }
}
