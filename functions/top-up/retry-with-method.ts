import type { TopUpRetryEntry } from '../../shared/ledger/entries/top-up.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import { readPayer } from '../../shared/top-ups/io/payers-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { answered } from './answered.ts'
import { commitEntry } from './commit-entry.ts'
import type { Ports, Working } from './ports.ts'

/**
 * What waits or stopped goes on with a payment method, once for each method.
 *
 * @returns whether there was anything that waited or stopped
 */
export async function retryWithMethod(
  ports: Ports,
  account: string,
  method: string,
  working: Working,
): Promise<boolean> {
  const state = (await readHead(ports.log, account))?.header.topUp
  if (state?.kind !== 'waiting' && state?.kind !== 'suspended') return false
  const entry: TopUpRetryEntry = {
    kind: 'top-up-retry',
    key: method,
    actor: 'groschen',
    at: working.now(),
    of: state.of,
    cause: 'payment-method',
  }
  await commitEntry(ports, account, entry, working)
  return true
}

/**
 * A method that was stored while a top-up was failing for want of one, or with the one before it: whoever heard of it then
 * found nothing that waited.
 */
export async function retryWithNewMethod(ports: Ports, topUp: TopUp, working: Working): Promise<void> {
  const { account, origin, method, reason } = topUp
  const isKnown = reason === 'no-payment-method' || (reason === 'declined' && method !== undefined)
  if (origin.kind !== 'automatic' || !isKnown) return
  const state = (await readHead(ports.log, account))?.header.topUp
  if ((state?.kind !== 'waiting' && state?.kind !== 'suspended') || state.of !== origin.of) return
  const payer = await readPayer(ports.accounts, account)
  const current = payer && (await answered(() => ports.provider.methodOf(payer.customer)))
  if (current?.kind !== 'answer' || current.answer === undefined || current.answer.id === method) return
  await retryWithMethod(ports, account, current.answer.id, working)
}
