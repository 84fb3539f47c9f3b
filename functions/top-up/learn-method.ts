import { keepMethod, readPayer } from '../../shared/top-ups/io/payers-table.ts'
import { advanceAccount } from './advance-account.ts'
import type { Ports, Working } from './ports.ts'
import { retryWithMethod } from './retry-with-method.ts'

/**
 * A payer may have another method: what stopped for want of one goes on, and then the method is written down.
 *
 * In this order, so that whatever fails is done again: a method that is written down has had its effect.
 */
export async function learnMethod(ports: Ports, customer: string, account: string, working: Working): Promise<void> {
  const payer = await readPayer(ports.accounts, account)
  if (payer?.customer !== customer) return
  const method = await ports.provider.methodOf(customer)
  if (method?.id === payer.method?.id) return
  if (method !== undefined && (await retryWithMethod(ports, account, method.id, working)))
    await advanceAccount(ports, account, working)
  await keepMethod(ports.accounts, payer, method)
}
