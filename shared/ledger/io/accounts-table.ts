import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { type Credits, credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Instant } from '../../time/instant.ts'

/** What admins set: one partition an account, one item a record. */
export interface AccountsTable {
  readonly documents: Documents
  readonly name: string
}

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

/** Lists the accounts: partition `record`, keys only. A global index: good for looking, never for a decision. */
const BY_RECORD = 'by-record'

/** Puts an account's record, once; answers with the record that stands, ours or an earlier one. */
export async function putAccount(table: AccountsTable, account: AccountRecord): Promise<AccountRecord> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: toItem(account),
        ConditionExpression: 'attribute_not_exists(account)',
      }),
    )
    return account
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const standing = await readAccount(table, account.account)
    if (standing === undefined) throw new Error(`the record of account ${account.account} was there and is gone`)
    return standing
  }
}

export async function readAccount(table: AccountsTable, account: string): Promise<AccountRecord | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { account, record: RECORD }, ConsistentRead: true }),
  )
  return Item && fromItem(Item)
}

/** Accounts after one, by id, at most `limit`. One that was opened a moment ago may be missing: the index follows the table. */
export async function listAccounts(
  table: AccountsTable,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly AccountRecord[]> {
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: BY_RECORD,
      KeyConditionExpression: after === undefined ? '#record = :record' : '#record = :record AND account > :after',
      ExpressionAttributeNames: { '#record': 'record' },
      ExpressionAttributeValues: { ':record': RECORD, ...(after !== undefined && { ':after': after }) },
      Limit: limit,
    }),
  )
  const records = await Promise.all(Items.map((item) => readAccount(table, String(item['account']))))
  return records.filter((record) => record !== undefined)
}

const toItem = (account: AccountRecord) => ({
  ...account,
  record: RECORD,
  lowBalanceLevels: account.lowBalanceLevels.map(plain),
  version: 1,
})

function fromItem(item: Readonly<Record<string, unknown>>): AccountRecord {
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
