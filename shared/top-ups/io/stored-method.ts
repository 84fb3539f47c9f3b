import type { TopUpRetryEntry } from '../../ledger/entries/entry.ts'
import { readHead } from '../../ledger/io/log-table.ts'
import { answered } from '../../payments/provider.ts'
import type { TopUp } from '../top-up.ts'
import type { Standing } from './advance-top-up.ts'
import { commitEntry } from './log-steps.ts'
import { keepMethod, readPayer } from './payers-table.ts'
import { done } from './record-steps.ts'
import type { TopUpPorts } from './top-up-ports.ts'

/**
 * A payer may have another method: what stopped for want of one goes on, and then the method is written down.
 *
 * In this order, so that a failure repeats both: a method that is written down has had its effect.
 *
 * @param goOn takes the account's automatic top-up further
 */
export async function learnMethod(
  ports: TopUpPorts,
  customer: string,
  account: string,
  goOn: () => Promise<void>,
): Promise<void> {
  const payer = await readPayer(ports.accounts, account)
  if (payer?.customer !== customer) return
  const method = await ports.provider.methodOf(customer)
  if (method?.id === payer.method?.id) return
  if (method !== undefined && (await retryWithMethod(ports, account, method.id))) await goOn()
  await keepMethod(ports.accounts, payer, method)
}

/** Lets what waits or stopped go on with a payment method, once for each method. Answers whether anything did. */
async function retryWithMethod(ports: TopUpPorts, account: string, method: string): Promise<boolean> {
  const state = (await readHead(ports.log, account))?.header.topUp
  if (state?.kind !== 'waiting' && state?.kind !== 'suspended') return false
  const made = { key: method, actor: 'groschen', at: ports.now() }
  const entry: TopUpRetryEntry = { kind: 'top-up-retry', ...made, of: state.of, cause: 'payment-method' }
  await commitEntry(ports, account, entry)
  return true
}

export async function retryWithNewerMethod(ports: TopUpPorts, { topUp }: Standing): Promise<Standing> {
  await retryIfNewer(ports, topUp)
  return done(topUp)
}

/**
 * Lets a top-up go on with a method that was stored while it was failing for want of one, or with the method before it:
 * `learnMethod` found nothing then that waited.
 */
export async function retryIfNewer(ports: TopUpPorts, { account, origin, method, reason }: TopUp): Promise<void> {
  const isKnown = reason === 'no-payment-method' || (reason === 'declined' && method !== undefined)
  if (origin.kind !== 'automatic' || !isKnown) return
  const state = (await readHead(ports.log, account))?.header.topUp
  if ((state?.kind !== 'waiting' && state?.kind !== 'suspended') || state.of !== origin.of) return
  const payer = await readPayer(ports.accounts, account)
  const current = payer && (await answered(() => ports.provider.methodOf(payer.customer)))
  if (current?.kind !== 'answer' || current.answer === undefined || current.answer.id === method) return
  await retryWithMethod(ports, account, current.answer.id)
}
