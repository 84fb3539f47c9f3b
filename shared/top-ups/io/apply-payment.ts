import type { Payment } from '../../payments/payment.ts'
import { isFinal } from '../moves.ts'
import { freshTakings, isBackWhole, MOST_TAKINGS, paymentRefundOf } from '../payment-refund.ts'
import type { TopUp } from '../top-up.ts'
import { advanceAccount } from './advance-account.ts'
import { advanceTopUp } from './steps/advance-top-up.ts'
import { commitEntry } from './steps/commit-entry.ts'
import { creditEntryOf } from './steps/log-steps.ts'
import { mismatchOf } from './steps/provider-steps.ts'
import { reportOn, type TopUpPorts } from './top-up-ports.ts'
import { moveTopUp, readTopUp } from './top-ups-table.ts'

/**
 * Looks at a payment that a message names, and takes its top-up to where it is: credits, reversals.
 *
 * The provider's messages may come in any order, and repeated: the payment's own state decides (reliability, T6).
 *
 * @returns whether the log has all that there is of it: its credits, or all of its money went back, or none was taken
 */
export async function applyPayment(ports: TopUpPorts, id: string): Promise<boolean> {
  const payment = await ports.provider.payment(id)
  // Of another product on the same provider's account.
  if (payment === undefined) return true
  const isOwed = payment.status === 'succeeded' && !isBackWhole(payment)
  const topUp = await topUpOf(ports, payment)
  if (topUp === undefined) return !isOwed
  const { topUp: settled, isCredited } = await settle(ports, topUp, payment)
  await takeBack(ports, settled, payment)
  return isCredited || !isOwed
}

async function topUpOf(ports: TopUpPorts, payment: Payment): Promise<TopUp | undefined> {
  const { account, topUp, id } = payment
  const known = await readTopUp(ports.topUps, account, topUp)
  if (known !== undefined) return known
  // The log may still have it open: then its record is made again.
  await advanceAccount(ports, account)
  const made = await readTopUp(ports.topUps, account, topUp)
  if (made === undefined && payment.status === 'succeeded')
    ports.report({ account, topUp, payment: id, detail: 'it was paid, and there is no such top-up' })
  return made
}

interface Settled {
  readonly topUp: TopUp
  /** The log has the credits of this payment. */
  readonly isCredited: boolean
}

async function settle(ports: TopUpPorts, topUp: TopUp, payment: Payment): Promise<Settled> {
  if (payment.status !== 'succeeded') return { topUp: await settleUnpaid(ports, topUp, payment), isCredited: false }
  if (topUp.payment === payment.id && isFinal(topUp.status) && topUp.status !== 'failed')
    return { topUp: await advanceTopUp(ports, topUp, { mayBeLost: true }), isCredited: true }
  if (topUp.paidAt !== undefined && topUp.payment !== payment.id)
    return { topUp, isCredited: await creditSecond(ports, topUp, payment) }
  const settled = await advanceTopUp(ports, topUp, { found: payment })
  return { topUp: settled, isCredited: settled.payment === payment.id && settled.page !== undefined }
}

async function settleUnpaid(ports: TopUpPorts, topUp: TopUp, payment: Payment): Promise<TopUp> {
  const { status, checkout } = topUp
  if (status === 'skipped' || status === 'failed') return await advanceTopUp(ports, topUp)
  if (isFinal(status) || checkout !== undefined) return topUp
  // Its page may be missing in its record: so it first looks at everything at the provider.
  if (status === 'paying' || status === 'processing') return await advanceTopUp(ports, topUp)
  return await advanceTopUp(ports, topUp, { found: payment })
}

/** It was paid twice, which must never happen. The second payment is credited too, and an operator gets a report. */
async function creditSecond(ports: TopUpPorts, topUp: TopUp, payment: Payment): Promise<boolean> {
  reportOn(ports, topUp, payment.id, `it was paid before, by ${topUp.payment}`)
  const detail = await mismatchOf(ports, topUp, payment)
  if (detail !== undefined) reportOn(ports, topUp, payment.id, detail)
  else await commitEntry(ports, topUp.account, await creditEntryOf(ports, topUp, payment.id))
  return detail === undefined
}

/** Money that went back to the payer: once for each refund and dispute, in the order in which we learn of them. */
async function takeBack(ports: TopUpPorts, topUp: TopUp, payment: Payment): Promise<void> {
  if (topUp.paidAt === undefined) return
  if (topUp.payment !== payment.id) return await takeBackSecond(ports, topUp, payment)
  const { fresh, left } = freshTakings(topUp, payment)
  if (left > 0) {
    const detail = `it has ${payment.takings.length} refunds and disputes; those after the first ${MOST_TAKINGS} were not taken back: adjust the account by hand`
    reportOn(ports, topUp, payment.id, detail)
  }
  let current = topUp
  if (fresh.length > 0) {
    const takings = [...topUp.takings, ...fresh]
    const status = takings.some(({ cause }) => cause === 'dispute') ? 'disputed' : 'refunded'
    const known = await moveTopUp(ports.topUps, topUp, { status, takings, updatedAt: ports.now() })
    // Another process learned of something first: the order is its own.
    if (known === undefined) return void (await applyPayment(ports, payment.id))
    current = known
  }
  // From the first on: the log writes each once, and a restored one may lack some.
  await writeReversals(ports, current, { payment: payment.id, takings: current.takings })
  if (current.takenBack < current.takings.length)
    await moveTopUp(ports.topUps, current, { takenBack: current.takings.length, updatedAt: ports.now() })
}

/** The record does not know a second payment: the provider's order decides. A differing one was not credited. */
async function takeBackSecond(ports: TopUpPorts, topUp: TopUp, payment: Payment): Promise<void> {
  if (payment.status !== 'succeeded' || (await mismatchOf(ports, topUp, payment)) !== undefined) return
  await writeReversals(ports, topUp, { payment: payment.id, takings: payment.takings })
}

async function writeReversals(
  ports: TopUpPorts,
  topUp: TopUp,
  of: Parameters<typeof paymentRefundOf>[1],
): Promise<void> {
  for (const place of of.takings.keys()) {
    const entry = paymentRefundOf(topUp, of, place, { provider: ports.provider.name, at: ports.now() })
    if (entry !== undefined) await commitEntry(ports, topUp.account, entry)
  }
}
