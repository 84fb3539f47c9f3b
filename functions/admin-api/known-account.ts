import { type AccountRecord, readAccount } from '../../shared/ledger/io/accounts-table.ts'
import { noSuchAccount } from './access.ts'
import type { Services } from './services.ts'

/** @throws Problem when there is none */
export async function knownAccount({ accounts }: Pick<Services, 'accounts'>, account: string): Promise<AccountRecord> {
  const record = await readAccount(accounts, account)
  if (record === undefined) throw noSuchAccount(account)
  return record
}
