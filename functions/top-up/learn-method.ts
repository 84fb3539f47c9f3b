import type { TopUpRetryEntry } from '../../shared/account-log/entry.ts'
import { readHead } from '../../shared/store/log-table.ts'
import { keepMethod, readPayer } from '../../shared/store/payers-table.ts'
import { advanceAccount } from './advance-account.ts'
import { commitEntry } from './commit-entry.ts'
import type { Ports, Working } from './ports.ts'

/** A payer may have another method: it is written down, and what stopped for want of one goes on, once for each method. */
export async function learnMethod(
  ports: Ports,
  customer: string,
  account: string | undefined,
  working: Working,
): Promise<void> {
  const payer = account === undefined ? undefined : await readPayer(ports.accounts, account)
  if (account === undefined || payer === undefined || payer.customer !== customer) return
  const method = await ports.provider.methodOf(customer)
  if (method?.id === payer.method?.id) return
  await keepMethod(ports.accounts, payer, method)
  const state = (await readHead(ports.log, account))?.header.topUp
  if (method === undefined || (state?.kind !== 'waiting' && state?.kind !== 'suspended')) return
  const entry: TopUpRetryEntry = {
    kind: 'top-up-retry',
    key: method.id,
    actor: 'groschen',
    at: working.now(),
    of: state.of,
    cause: 'payment-method',
  }
  await commitEntry(ports, account, entry, working)
  await advanceAccount(ports, account, working)
}
