import { readHead } from '../../../ledger/io/log-table.ts'
import { answered } from '../../../payments/provider.ts'
import type { TopUp } from '../../top-up.ts'
import { readPayer } from '../payers-table.ts'
import type { TopUpPorts } from '../top-up-ports.ts'
import type { Performers } from './advance-top-up.ts'
import { commitEntry } from './commit-entry.ts'
import { done } from './record-steps.ts'

/** Restarts a waiting or stopped top-up with a payment method, once for each method. @returns whether it restarted one */
export async function retryWithMethod(ports: TopUpPorts, account: string, method: string): Promise<boolean> {
  const state = (await readHead(ports.log, account))?.header.topUp
  if (state?.kind !== 'waiting' && state?.kind !== 'suspended') return false
  const made = { key: method, actor: 'groschen', at: ports.now() }
  await commitEntry(ports, account, { kind: 'top-up-retry', ...made, of: state.of, cause: 'payment-method' })
  return true
}

/**
 * Lets a top-up go on with a method that was stored while it was failing for want of one, or with the method before it:
 * the message about the method found nothing that waited.
 */
export async function retryWithNewerMethod(
  ports: TopUpPorts,
  { account, origin, method, reason }: TopUp,
): Promise<void> {
  const isKnown = reason === 'no-payment-method' || (reason === 'declined' && method !== undefined)
  if (origin.kind !== 'automatic' || !isKnown) return
  const state = (await readHead(ports.log, account))?.header.topUp
  if ((state?.kind !== 'waiting' && state?.kind !== 'suspended') || state.of !== origin.of) return
  const payer = await readPayer(ports.accounts, account)
  const current = payer && (await answered(() => ports.provider.methodOf(payer.customer)))
  if (current?.kind !== 'answer' || current.answer === undefined || current.answer.id === method) return
  await retryWithMethod(ports, account, current.answer.id)
}

/** A payer's other method gets its try. */
export const methodSteps: Performers<'retry-with-newer-method'> = {
  'retry-with-newer-method': async (ports, { topUp }) => {
    await retryWithNewerMethod(ports, topUp)
    return done(topUp)
  },
}
