import { readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import { advanceAccount } from './advance-account.ts'
import { advanceTopUp } from './advance-top-up.ts'
import { applyPayment } from './apply-payment.ts'
import { endLeftPending } from './end-left-pending.ts'
import { endStale } from './end-stale.ts'
import { learnMethod } from './learn-method.ts'
import type { Message } from './message.ts'
import type { Ports, Working } from './ports.ts'
import { reconcileAccount } from './reconcile-account.ts'

/** Does what a message hints at; done before, it does nothing. */
export async function followMessage(ports: Ports, message: Message, working: Working): Promise<void> {
  if ('payment' in message) return void (await applyPayment(ports, message.payment, working))
  if ('checkout' in message) return await followCheckout(ports, message.checkout, working)
  if ('customer' in message) return await followCustomer(ports, message.customer, working)
  const { account, topUp: id } = message
  if (id !== undefined) {
    const topUp = await readTopUp(ports.topUps, account, id)
    // Where the provider has the word, it says so, and reconciliation asks.
    const isTheirs = topUp?.status === 'processing' || topUp?.status === 'needs-action'
    if (topUp !== undefined && !isTheirs) await advanceTopUp(ports, await endStale(ports, topUp, working), working)
  }
  await reconcileAccount(ports, account, working)
  await endLeftPending(ports, account, working)
  await advanceAccount(ports, account, working)
}

async function followCustomer(ports: Ports, id: string, working: Working): Promise<void> {
  const account = (await ports.provider.customer(id))?.account
  if (account !== undefined) await learnMethod(ports, id, account, working)
}

async function followCheckout(ports: Ports, id: string, working: Working): Promise<void> {
  const done = await ports.provider.outcomeOfCheckout(id)
  if (done?.payment !== undefined) await applyPayment(ports, done.payment, working)
  if (done?.customer !== undefined) await learnMethod(ports, done.customer, done.account, working)
}
