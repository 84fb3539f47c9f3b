import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import type { BillingHead } from '../../top-ups/top-up.ts'
import { type BillingVersion, storedBilling } from '../billing-details.ts'

const PREFIX = 'billing#'
const DIGITS = 9
const recordOf = (version: number): string => `${PREFIX}${String(version).padStart(DIGITS, '0')}`

/** Puts the version after the newest; `changed`: there is one already, and nothing was changed. */
export async function putBilling(table: AccountsTable, version: BillingVersion): Promise<'put' | 'changed'> {
  const item = { ...version, record: recordOf(version.version) }
  return (await table.putIf(item, 'attribute_not_exists(account)')) ? 'put' : 'changed'
}

/** One version; `undefined`: there is none. */
export async function readBilling(
  table: AccountsTable,
  account: string,
  version: number,
): Promise<BillingVersion | undefined> {
  const item = await table.get({ account, record: recordOf(version) })
  return item && storedBilling.parse(item)
}

/** At most `limit` versions older than one, the newest first. */
export async function listBilling(
  table: AccountsTable,
  account: string,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly BillingVersion[]> {
  const { items } = await table.query({
    where: 'account = :account AND #record BETWEEN :first AND :last',
    values: { account, first: PREFIX, last: before === undefined ? `${PREFIX}~` : recordOf(before - 1) },
    order: 'newest-first',
    limit,
  })
  return items.map((item) => storedBilling.parse(item))
}

/** The newest version; `undefined`: an account has given none. */
export const newestBilling = async (table: AccountsTable, account: string): Promise<BillingVersion | undefined> =>
  (await listBilling(table, account, { before: undefined, limit: 1 }))[0]

/** The part of the newest version that a purchase needs. Without one, the provider's pages are in German. */
export const billingHead = async (table: AccountsTable, account: string): Promise<BillingHead> =>
  (await newestBilling(table, account)) ?? { version: 0, language: 'de' }
