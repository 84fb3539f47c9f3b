import type { PaymentReversalEntry } from '../../shared/ledger/entries/top-up.ts'
import { noCredits } from '../../shared/money/amounts.ts'
import type { Payment } from '../../shared/payments/payment.ts'
import { moveTopUp, readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import { isFinal } from '../../shared/top-ups/moves.ts'
import { reversedCredits, takenBack } from '../../shared/top-ups/reversed-credits.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { advanceAccount } from './advance-account.ts'
import { commitEntry } from './commit-entry.ts'
import { creditAgain, creditEntryOf } from './credit-top-up.ts'
import { endAgain } from './end-top-up.ts'
import type { Ports, Working } from './ports.ts'
import { resolvePayment } from './resolve-payment.ts'
import { mismatchOf, settlePayment } from './settle-payment.ts'

/**
 * Looks at a payment that somebody said something about, and takes its top-up to where it is: credits, reversals.
 *
 * Whatever order the provider's messages come in, and however often, the payment's own state decides (reliability, T6).
 *
 * @returns whether the log has all that there is of it: its credits, or all of its money went back, or none was taken
 */
export async function applyPayment(ports: Ports, id: string, working: Working): Promise<boolean> {
  const payment = await ports.provider.payment(id)
  // Of another product on the same provider's account, or none of ours.
  if (payment === undefined) return true
  const isOwed = payment.status === 'succeeded' && !isBackWhole(payment)
  const topUp = await topUpOf(ports, payment, working)
  if (topUp === undefined) return !isOwed
  const { topUp: settled, isCredited } = await settle(ports, topUp, payment, working)
  await takeBack(ports, settled, payment, working)
  return isCredited || !isOwed
}

const isBackWhole = ({ amount, takings }: Payment): boolean =>
  takenBack({ credits: noCredits, paid: amount }, takings).paid.eq(amount)

async function topUpOf(ports: Ports, payment: Payment, working: Working): Promise<TopUp | undefined> {
  const { account, topUp, id } = payment
  const known = await readTopUp(ports.topUps, account, topUp)
  if (known !== undefined) return known
  // The log may still have it open: then its record is made again.
  await advanceAccount(ports, account, working)
  const made = await readTopUp(ports.topUps, account, topUp)
  if (made === undefined && payment.status === 'succeeded')
    working.report({ account, topUp, payment: id, detail: 'it was paid, and there is no such top-up' })
  return made
}

interface Settled {
  readonly topUp: TopUp
  /** The log has the credits of this payment. */
  readonly isCredited: boolean
}

async function settle(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<Settled> {
  if (payment.status !== 'succeeded') return { topUp: await unpaid(ports, topUp, payment, working), isCredited: false }
  if (topUp.payment === payment.id && isFinal(topUp.status) && topUp.status !== 'failed')
    return { topUp: await creditAgain(ports, topUp, working), isCredited: true }
  if (topUp.paidAt !== undefined && topUp.payment !== payment.id)
    return { topUp, isCredited: await creditSecond(ports, topUp, payment, working) }
  const settled = await settlePayment(ports, topUp, payment, working)
  return { topUp: settled, isCredited: settled.payment === payment.id && settled.page !== undefined }
}

async function unpaid(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<TopUp> {
  if (isFinal(topUp.status)) return await endAgain(ports, topUp, working)
  if (topUp.checkout !== undefined) return topUp
  // Its page may be one that its record does not know: what else there is at the provider is looked at first.
  if (topUp.status === 'paying' || topUp.status === 'processing') return await resolvePayment(ports, topUp, working)
  return await settlePayment(ports, topUp, payment, working)
}

/** It was paid twice, which must not be. What was taken is credited all the same, and somebody is told. */
async function creditSecond(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<boolean> {
  const { account, id } = topUp
  working.report({ account, topUp: id, payment: payment.id, detail: `it was paid before, by ${topUp.payment}` })
  const detail = await mismatchOf(topUp, payment, ports)
  if (detail !== undefined) working.report({ account, topUp: id, payment: payment.id, detail })
  else await commitEntry(ports, account, await creditEntryOf(ports, topUp, payment.id, working.now()), working)
  return detail === undefined
}

/** Refunds and disputes of one payment that its record holds: an item has 400 KB. */
export const MOST_TAKINGS = 500

/** Money that went back to the payer: once for each refund and dispute, in the order in which we learn of them. */
async function takeBack(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<void> {
  if (topUp.paidAt === undefined) return
  if (topUp.payment !== payment.id) return await takeBackSecond(ports, topUp, payment, working)
  const unknown = payment.takings.filter(({ id }) => topUp.takings.every((known) => known.id !== id))
  const fresh = unknown.slice(0, Math.max(0, MOST_TAKINGS - topUp.takings.length))
  if (fresh.length < unknown.length) {
    const detail = `it has ${payment.takings.length} refunds and disputes; those after the first ${MOST_TAKINGS} were not taken back: adjust the account by hand`
    working.report({ account: topUp.account, topUp: topUp.id, payment: payment.id, detail })
  }
  let current: TopUp = topUp
  if (fresh.length > 0) {
    const takings = [...topUp.takings, ...fresh]
    const status = takings.some(({ cause }) => cause === 'dispute') ? 'disputed' : 'refunded'
    const known = await moveTopUp(ports.topUps, topUp, { status, takings, updatedAt: working.now() })
    // Somebody else learned of something first: the order is theirs.
    if (known === undefined) return void (await applyPayment(ports, payment.id, working))
    current = known
  }
  // From the first on: the log writes each once, and one that came back from a backup may lack some.
  for (let place = 0; place < current.takings.length; place += 1) {
    const entry = reversalOf(ports, current, payment.id, place, working.now())
    if (entry !== undefined) await commitEntry(ports, current.account, entry, working)
  }
  if (current.takenBack < current.takings.length)
    await moveTopUp(ports.topUps, current, { takenBack: current.takings.length, updatedAt: working.now() })
}

/** Of a payment that should not have been, the record knows nothing: the provider's order stands, and the log writes each once. Where it differs, it was not credited. */
async function takeBackSecond(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<void> {
  if (payment.status !== 'succeeded' || (await mismatchOf(topUp, payment, ports)) !== undefined) return
  const seen = { ...topUp, takings: payment.takings }
  for (const place of payment.takings.keys()) {
    const entry = reversalOf(ports, seen, payment.id, place, working.now())
    if (entry !== undefined) await commitEntry(ports, topUp.account, entry, working)
  }
}

function reversalOf(
  { provider }: Ports,
  { account: _, id, credits, price, takings }: TopUp,
  payment: string,
  place: number,
  at: number,
): PaymentReversalEntry | undefined {
  const taking = takings[place]
  if (taking === undefined) return undefined
  const back = reversedCredits({ credits, paid: price.total }, takings, place)
  return {
    kind: 'payment-reversal',
    key: id,
    actor: provider.name,
    at,
    provider: provider.name,
    payment,
    taking: taking.id,
    cause: taking.cause,
    credits: back,
  }
}
