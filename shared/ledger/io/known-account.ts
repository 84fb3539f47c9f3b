import { Problem } from '../../errors/problems.ts'
import { type AccountRecord, type AccountsTable, readAccount } from './accounts-table.ts'

/** @throws Problem when there is none */
export async function knownAccount(
  { accounts }: { readonly accounts: AccountsTable },
  account: string,
): Promise<AccountRecord> {
  const record = await readAccount(accounts, account)
  if (record === undefined) throw noSuchAccount(account)
  return record
}

export const noSuchAccount = (account: string): Problem =>
  new Problem('account.not-found', `there is no account ${account}; an operator opens it with POST /v1/accounts`)
