import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import type { Language } from '../../text/language.ts'
import type { BillingHead } from '../../top-ups/top-up.ts'
import type { Address, BillingVersion } from '../billing-details.ts'

const PREFIX = 'billing#'
const DIGITS = 9
const recordOf = (version: number): string => `${PREFIX}${String(version).padStart(DIGITS, '0')}`

/** Puts the version after the newest; `changed`: somebody else has put it already, and nothing was changed. */
export async function putBilling(table: AccountsTable, version: BillingVersion): Promise<'put' | 'changed'> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...version, record: recordOf(version.version) },
        ConditionExpression: 'attribute_not_exists(account)',
      }),
    )
    return 'put'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'changed'
    throw error
  }
}

/** One version; `undefined`: there is none. */
export async function readBilling(
  table: AccountsTable,
  account: string,
  version: number,
): Promise<BillingVersion | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { account, record: recordOf(version) }, ConsistentRead: true }),
  )
  return Item && fromItem(Item)
}

/** At most `limit` versions older than one, the newest first. */
export async function listBilling(
  table: AccountsTable,
  account: string,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly BillingVersion[]> {
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'account = :account AND #record BETWEEN :first AND :last',
      ExpressionAttributeNames: { '#record': 'record' },
      ExpressionAttributeValues: {
        ':account': account,
        ':first': PREFIX,
        ':last': before === undefined ? `${PREFIX}~` : recordOf(before - 1),
      },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  )
  return Items.map(fromItem)
}

/** The newest version; `undefined`: an account has given none. */
export async function newestBilling(table: AccountsTable, account: string): Promise<BillingVersion | undefined> {
  return (await listBilling(table, account, { before: undefined, limit: 1 }))[0]
}

/** What a purchase needs of the newest version; where there is none, pages of the provider are in German. */
export async function billingHead(table: AccountsTable, account: string): Promise<BillingHead> {
  const newest = await newestBilling(table, account)
  return newest ?? { version: 0, language: 'de', email: undefined }
}

function fromItem(item: Readonly<Record<string, unknown>>): BillingVersion {
  const text = (name: string) => (item[name] === undefined ? undefined : String(item[name]))
  return {
    account: String(item['account']),
    version: Number(item['version']),
    company: String(item['company']),
    address: item['address'] as Address,
    vatId: text('vatId'),
    email: text('email'),
    purchaseReference: text('purchaseReference'),
    language: item['language'] as Language,
    actor: String(item['actor']),
    savedAt: Number(item['savedAt']),
  }
}
