import { type Payer, putPayer, readPayer, replacePayer } from '../payers-table.ts'
import type { TopUpClients } from '../top-up-ports.ts'

/** Who pays for an account. Makes a customer at the provider where there is none yet, or not any more. */
export async function payerOf(
  account: string,
  name: string,
  { accounts, provider, billing }: Pick<TopUpClients, 'accounts' | 'provider' | 'billing'>,
): Promise<Payer> {
  const known = await readPayer(accounts, account)
  if (known !== undefined && (await provider.customer(known.customer)) !== undefined) return known
  const { email } = await billing(account)
  const customer = await provider.createCustomer({ account, name, email, replaces: known?.customer })
  const payer: Payer = { account, provider: provider.name, customer, method: undefined }
  return known === undefined ? await putPayer(accounts, payer) : await replacePayer(accounts, known, payer)
}
