import * as z from 'zod/mini'
import type { Item } from '../../aws/table.ts'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import { type PaymentMethod, storedMethod } from '../../payments/payment.ts'

const storedPayer = z.readonly(
  z.object({
    account: z.string(),
    provider: z.string(),
    /** The provider's id. */
    customer: z.string(),
    /** As it was when we last looked; before a charge the provider is asked again. */
    method: z.optional(storedMethod),
  }),
)

/** Who pays for an account, at the provider. */
export type Payer = z.output<typeof storedPayer>

const keyOf = (account: string) => ({ account, record: 'payer' })

/** The payer of an account; `undefined`: it has bought nothing through the provider yet. */
export async function readPayer(table: AccountsTable, account: string): Promise<Payer | undefined> {
  const item = await table.get(keyOf(account))
  return item && fromItem(item)
}

/** Puts an account's payer, once. @returns the stored one, so that an account never has two customers */
export async function putPayer(table: AccountsTable, payer: Payer): Promise<Payer> {
  const put = await table.putOnce(keyOf(payer.account), payer)
  return put.kind === 'put' ? payer : fromItem(put.standing)
}

/** Replaces a payer whom the provider no longer knows. @returns the stored payer */
export async function replacePayer(table: AccountsTable, gone: Payer, payer: Payer): Promise<Payer> {
  if (await putInPlace(table, gone.customer, payer)) return payer
  return (await readPayer(table, payer.account)) ?? payer
}

/** Stores the payer's payment method, unless the account has another payer meanwhile. */
export async function keepMethod(table: AccountsTable, payer: Payer, method: PaymentMethod | undefined): Promise<void> {
  await putInPlace(table, payer.customer, { ...payer, method })
}

const putInPlace = (table: AccountsTable, customer: string, payer: Payer): Promise<boolean> =>
  table.putIf({ ...payer, ...keyOf(payer.account) }, 'customer = :customer', { customer })

const fromItem = (item: Item): Payer => storedPayer.parse(item)
