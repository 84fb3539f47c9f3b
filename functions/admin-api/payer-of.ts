import { type Payer, putPayer, readPayer } from '../../shared/store/payers-table.ts'
import type { Services } from './services.ts'

/** Who pays for an account, made at the provider where there is nobody yet. */
export async function payerOf(
  account: string,
  name: string,
  { accounts, provider, billing }: Pick<Services, 'accounts' | 'provider' | 'billing'>,
): Promise<Payer> {
  const known = await readPayer(accounts, account)
  if (known !== undefined) return known
  const { email } = await billing(account)
  const customer = await provider.createCustomer({ account, name, email })
  return await putPayer(accounts, { account, provider: provider.name, customer, method: undefined })
}
