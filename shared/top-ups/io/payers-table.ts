import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import type { PaymentMethod } from '../../payments/payment.ts'

/** Who pays for an account, at the provider. */
export interface Payer {
  readonly account: string
  readonly provider: string
  /** The provider's id. */
  readonly customer: string
  /** As it was when we last looked; what is charged is asked for each time. */
  readonly method: PaymentMethod | undefined
}

const RECORD = 'payer'

export async function readPayer(table: AccountsTable, account: string): Promise<Payer | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { account, record: RECORD }, ConsistentRead: true }),
  )
  if (Item === undefined) return undefined
  return {
    account,
    provider: String(Item['provider']),
    customer: String(Item['customer']),
    method: Item['method'] as PaymentMethod | undefined,
  }
}

/** Puts an account's payer, once; answers with the one that stands, so that an account never has two customers. */
export async function putPayer(table: AccountsTable, payer: Payer): Promise<Payer> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: toItem(payer),
        ConditionExpression: 'attribute_not_exists(account)',
      }),
    )
    return payer
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const standing = await readPayer(table, payer.account)
    if (standing === undefined) throw new Error(`the payer of account ${payer.account} was there and is gone`)
    return standing
  }
}

/** Puts a payer in the place of one whom the provider does not know any more; answers with the one that stands. */
export async function replacePayer(table: AccountsTable, gone: Payer, payer: Payer): Promise<Payer> {
  if (await putInPlace(table, gone.customer, payer)) return payer
  return (await readPayer(table, payer.account)) ?? payer
}

/** Writes down what the payer pays with, unless somebody else pays by now. */
export async function keepMethod(table: AccountsTable, payer: Payer, method: PaymentMethod | undefined): Promise<void> {
  await putInPlace(table, payer.customer, { ...payer, method })
}

async function putInPlace(table: AccountsTable, customer: string, payer: Payer): Promise<boolean> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: toItem(payer),
        ConditionExpression: 'customer = :customer',
        ExpressionAttributeValues: { ':customer': customer },
      }),
    )
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return false
  }
}

function toItem({ method, ...payer }: Payer): Readonly<Record<string, unknown>> {
  if (method === undefined) return { ...payer, record: RECORD }
  const { expires, ...shown } = method
  return { ...payer, record: RECORD, method: { ...shown, ...(expires !== undefined && { expires }) } }
}
