import { type Payer, putPayer, readPayer, replacePayer } from '../../shared/top-ups/io/payers-table.ts'
import type { Services } from './services.ts'

/** Who pays for an account, made at the provider where there is nobody yet, or not any more. */
export async function payerOf(
  account: string,
  name: string,
  { accounts, provider, billing }: Pick<Services, 'accounts' | 'provider' | 'billing'>,
): Promise<Payer> {
  const known = await readPayer(accounts, account)
  if (known !== undefined && (await provider.customer(known.customer)) !== undefined) return known
  const { email } = await billing(account)
  const customer = await provider.createCustomer({ account, name, email, replaces: known?.customer })
  const payer: Payer = { account, provider: provider.name, customer, method: undefined }
  return known === undefined ? await putPayer(accounts, payer) : await replacePayer(accounts, known, payer)
}
