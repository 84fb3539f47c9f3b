import { type ChargeRequest, KEY_MEMORY_MS } from '../../shared/payments/provider.ts'
import { HOUR_MS, type Instant, MINUTE_MS } from '../../shared/time/instant.ts'
import { moveTopUp, readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { answered } from './answered.ts'
import { decisionOn } from './decision-on.ts'
import { type End, endTopUp, notCompleted, providerRefused } from './end-top-up.ts'
import { lookUp } from './look-up.ts'
import type { Ports, Working } from './ports.ts'
import { awaitOnPage, settlePayment } from './settle-payment.ts'

/** A key is not used in the last hour of the provider's memory of it: the request itself takes time. */
const KEY_USABLE_MS = KEY_MEMORY_MS - HOUR_MS

/**
 * A payment that was begun comes to the provider within this, if ever: a function lives for a minute, and two clocks are
 * minutes apart. Ended earlier, a top-up could be paid beside the one that is opened in its place.
 */
const UNDER_WAY_MS = 10 * MINUTE_MS

/**
 * What became of it at the provider, before anything else; only where nothing was ever begun it is decided again, and the
 * payment is begun, under the one key there is for this top-up, and only while the provider still knows the key.
 */
export async function resolvePayment(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  const { account, id, status, customer, method, checkout, askedAt = 0 } = topUp
  if (customer === undefined) throw new Error(`top-up ${id} of ${account} is ${status} without a payer`)
  const look = await lookUp(ports, topUp, customer)
  if (look.kind === 'begun' && look.page !== undefined)
    return await awaitOnPage(ports, topUp, look.payment, look.page, working)
  if (look.kind === 'begun') return await settlePayment(ports, topUp, look.payment, working)
  if (checkout !== undefined) return await awaitCheckout(ports, topUp, { ...checkout, customer }, working)
  const now = working.now()
  if (look.kind === 'refused') return await endUnpaid(ports, topUp, providerRefused(now), working, look.detail)
  if (status !== 'paying' || method === undefined || now - askedAt > KEY_USABLE_MS)
    return await endUnpaid(ports, topUp, notCompleted(now), working)
  const decision = await decisionOn(ports, topUp, true, working)
  if (decision.kind === 'wait') return topUp
  if (decision.kind === 'skip') return await endUnpaid(ports, topUp, decision, working)
  return await pay(ports, topUp, { name: { account, topUp: id }, customer, method }, working)
}

/** Begins the payment, and says so first: as long as it may be under way nobody ends the top-up. */
async function pay(
  ports: Ports,
  topUp: TopUp,
  of: Pick<ChargeRequest, 'name' | 'customer' | 'method'>,
  working: Working,
): Promise<TopUp> {
  const { account, id, price } = topUp
  const now = working.now()
  const begun = await moveTopUp(ports.topUps, topUp, { begunAt: now, updatedAt: now })
  // It is in somebody else's hands.
  if (begun === undefined) return (await readTopUp(ports.topUps, account, id)) ?? topUp
  const charged = await answered(() =>
    ports.provider.charge({
      ...of,
      key: `groschen-${account}#${id}`,
      amount: price.total,
      description: `Credits, ${account}, ${id}`,
    }),
  )
  if (charged.kind === 'answer') return await settlePayment(ports, begun, charged.answer, working)
  working.report({ account, topUp: id, payment: 'none', detail: charged.detail })
  return await endTopUp(ports, begun, providerRefused(working.now()), working)
}

/** Nothing was paid, and nothing will be: unless a payment is under way, which is waited for. */
async function endUnpaid(ports: Ports, topUp: TopUp, end: End, working: Working, detail?: string): Promise<TopUp> {
  if (working.now() - (topUp.begunAt ?? 0) < UNDER_WAY_MS) return topUp
  const { account, id } = topUp
  if (detail !== undefined) working.report({ account, topUp: id, payment: 'none', detail })
  return await endTopUp(ports, topUp, end, working)
}

interface OpenPage {
  readonly id: string
  readonly expiresAt: Instant
  readonly customer: string
}

/** The page is open for as long as it says; then it is closed, and what was paid in the last moment still counts. */
async function awaitCheckout(
  ports: Ports,
  topUp: TopUp,
  { id, expiresAt, customer }: OpenPage,
  working: Working,
): Promise<TopUp> {
  if (working.now() < expiresAt) return topUp
  // Refused: there is no such page any more.
  await answered(() => ports.provider.closeCheckout(id))
  const look = await lookUp(ports, topUp, customer)
  return look.kind === 'begun'
    ? await settlePayment(ports, topUp, look.payment, working)
    : await endTopUp(ports, topUp, notCompleted(working.now()), working)
}
