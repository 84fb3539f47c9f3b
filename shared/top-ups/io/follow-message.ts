import { readHead } from '../../ledger/io/log-table.ts'
import { isFinal } from '../moves.ts'
import { advanceAccount } from './advance-account.ts'
import { applyPayment } from './apply-payment.ts'
import { keepMethod, readPayer } from './payers-table.ts'
import { reconcileAccount } from './reconcile/reconcile-account.ts'
import { advanceNamed } from './steps/advance-top-up.ts'
import { commitEntry } from './steps/commit-entry.ts'
import { retryWithMethod } from './steps/stored-method.ts'
import type { TopUpPorts } from './top-up-ports.ts'
import type { TopUpHint } from './top-up-queue.ts'
import { readTopUp } from './top-ups-table.ts'

/** Follows a message's hint. Repeated, it does nothing. */
export async function followMessage(ports: TopUpPorts, message: TopUpHint): Promise<void> {
  if ('payment' in message) return void (await applyPayment(ports, message.payment))
  if ('checkout' in message) return await followCheckout(ports, message.checkout)
  if ('customer' in message) return await followCustomer(ports, message.customer)
  const { account, topUp: id } = message
  const topUp = id === undefined ? undefined : await readTopUp(ports.topUps, account, id)
  // The provider says when these get on, and reconciliation asks.
  const isTheirs = topUp?.status === 'processing' || topUp?.status === 'needs-action'
  if (topUp !== undefined && !isTheirs) await advanceNamed(ports, topUp)
  await reconcileAccount(ports, account)
  await endLeftPending(ports, account)
  await advanceAccount(ports, account)
}

async function followCheckout(ports: TopUpPorts, id: string): Promise<void> {
  const done = await ports.provider.outcomeOfCheckout(id)
  if (done?.payment !== undefined) await applyPayment(ports, done.payment)
  if (done?.customer !== undefined) await learnMethod(ports, done.customer, done.account)
}

async function followCustomer(ports: TopUpPorts, id: string): Promise<void> {
  const account = (await ports.provider.customer(id))?.account
  if (account !== undefined) await learnMethod(ports, id, account)
}

/**
 * A payer may have a new method: restarts automatic top-up that stopped without one, then stores the method.
 *
 * In this order, so that a failure repeats both: a method that is written down has had its effect.
 */
async function learnMethod(ports: TopUpPorts, customer: string, account: string): Promise<void> {
  const payer = await readPayer(ports.accounts, account)
  if (payer?.customer !== customer) return
  const method = await ports.provider.methodOf(customer)
  if (method?.id === payer.method?.id) return
  if (method !== undefined && (await retryWithMethod(ports, account, method.id))) await advanceAccount(ports, account)
  await keepMethod(ports.accounts, payer, method)
}

/**
 * Takes from the log's count purchases that no longer wait for a payment: a restored log may get one back after its end, and a
 * record may be lost. If it is paid later after all, it is credited and counted then.
 */
async function endLeftPending(ports: TopUpPorts, account: string): Promise<void> {
  const header = (await readHead(ports.log, account))?.header
  if (header === undefined || header.tally?.reconciling !== undefined) return
  for (const { id } of header.tally?.bought?.pending ?? []) {
    const topUp = await readTopUp(ports.topUps, account, id)
    if (topUp !== undefined && !isFinal(topUp.status)) continue
    const made = { key: id, actor: 'groschen', at: ports.now() }
    await commitEntry(ports, account, { kind: 'top-up-not-paid', ...made, leftOn: header.seq })
  }
}
