import type { Item, Table } from '../../aws/table.ts'
import { Problem } from '../../errors/problems.ts'
import { type Credits, credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Instant } from '../../time/instant.ts'

/** The accounts table: one partition an account, one item a record. */
export type AccountsTable = Table

/** The paying organisation. */
export interface AccountRecord {
  readonly account: string
  readonly name: string
  /** IANA name: where its days and months begin. */
  readonly timeZone: string
  readonly currency: 'EUR'
  /** The low-balance levels that the log opens with, in credits. */
  readonly lowBalanceLevels: readonly Credits[]
  readonly openedAt: Instant
  /** Who opened it, and the Idempotency-Key: page 1 names both. */
  readonly actor: string
  readonly key: string
}

const RECORD = 'account'

/** Puts an account's record, once. @returns the stored record, this or an earlier one */
export async function putAccount(table: AccountsTable, account: AccountRecord): Promise<AccountRecord> {
  const put = await table.putOnce(keyOf(account.account), toItem(account))
  return put.kind === 'put' ? account : fromItem(put.standing)
}

/** The record of an account; `undefined`: it was never opened. */
export async function readAccount(table: AccountsTable, account: string): Promise<AccountRecord | undefined> {
  const item = await table.get(keyOf(account))
  return item && fromItem(item)
}

/**
 * Ids of accounts after one, in order, at most `limit`; fewer: there are no more.
 *
 * From the index `by-record`, which is a moment behind the table: for lists, never for a decision.
 */
export async function listAccountIds(
  table: AccountsTable,
  after: string | undefined,
  limit: number,
): Promise<readonly string[]> {
  const where = '#record = :record AND account > :after'
  const values = { record: RECORD, after: after ?? '!' }
  const { items } = await table.query({ index: 'by-record', where, values, limit })
  return items.map((item) => String(item['account']))
}

/** Accounts after one, by id, at most `limit`. An account opened a moment ago may be missing: the index follows the table. */
export async function listAccounts(
  table: AccountsTable,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly AccountRecord[]> {
  const ids = await listAccountIds(table, after, limit)
  const records = await Promise.all(ids.map((id) => readAccount(table, id)))
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

/** The record of an account. @throws Problem when there is none */
export async function knownAccount(
  { accounts }: { readonly accounts: AccountsTable },
  account: string,
): Promise<AccountRecord> {
  const record = await readAccount(accounts, account)
  if (record === undefined) throw noSuchAccount(account)
  return record
}

/** Refuses a request about an account that was never opened. */
export const noSuchAccount = (account: string): Problem =>
  new Problem('account.not-found', `there is no account ${account}; an operator opens it with POST /v1/accounts`)

/** The time zone an account was opened with; `undefined` without a record. By Query: all that a reader of logs is granted here. */
export async function readTimeZone(table: AccountsTable, account: string): Promise<string | undefined> {
  const { items } = await table.query({ where: 'account = :account AND #record = :record', values: keyOf(account) })
  const [record] = items
  return record && String(record['timeZone'])
}
