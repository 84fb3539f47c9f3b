import type { Page } from '../../shared/account-log/page.ts'
import { noTally, type TopUpPlace } from '../../shared/account-log/top-up-state.ts'
import type { Payment } from '../../shared/payments/payment.ts'
import { KEY_MEMORY_MS, PaymentRefused } from '../../shared/payments/provider.ts'
import { readTimeZone } from '../../shared/store/account-index.ts'
import { readHead } from '../../shared/store/log-table.ts'
import { readPayer } from '../../shared/store/payers-table.ts'
import { settingsInForce } from '../../shared/store/settings-in-force.ts'
import { moveTopUp, readTopUp } from '../../shared/store/top-ups-table.ts'
import { DAY_MS, HOUR_MS } from '../../shared/time/instant.ts'
import { type Decision, decideTopUp } from '../../shared/top-ups/decide-top-up.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { creditTopUp } from './credit-top-up.ts'
import { endTopUp, sayEnd } from './end-top-up.ts'
import { monthOf } from './month-of.ts'
import type { Ports, Working } from './ports.ts'
import { settlePayment, tellingPayment } from './settle-payment.ts'

/** A key is not used in the last hour of the provider's memory of it: the request itself takes time. */
const KEY_USABLE_MS = KEY_MEMORY_MS - HOUR_MS

/** A lost record is made again later than its payment was: so far back payments are looked for. */
const LOOK_BACK_MS = 30 * DAY_MS

/** A payment that the provider refuses for a reason of ours is tried again when somebody had time to mend it. */
const REFUSED_WAIT_MS = DAY_MS

/** Takes a top-up as far as it goes now. Answers with it as it stands then. */
export async function advanceTopUp(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  switch (topUp.status) {
    case 'wanted':
      return await decide(ports, topUp, working)
    case 'paying':
    case 'processing':
    case 'needs-action':
      return await resolve(ports, topUp, working)
    case 'paid':
      return await creditTopUp(ports, topUp, working)
    default:
      return await endAgain(ports, topUp, working)
  }
}

/** It was ended, but the log may not say so yet. */
async function endAgain(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  if (topUp.status === 'skipped' || topUp.status === 'failed') await sayEnd(ports, topUp, working)
  return topUp
}

async function decide(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  const { account, origin } = topUp
  // Whoever made it takes it further: credits it, or opens the page where it is paid.
  if (origin.kind === 'invoice') return topUp
  if (origin.kind === 'manual' && origin.by === 'checkout')
    return working.now() - topUp.createdAt > DAY_MS ? await giveUp(ports, topUp, working) : topUp
  const payer = await readPayer(ports.accounts, account)
  const method = payer && (await ports.provider.methodOf(payer.customer))
  const decision = await decisionOn(ports, topUp, method !== undefined, working)
  if (decision.kind === 'skip') return await endTopUp(ports, topUp, decision, working)
  const now = working.now()
  const paying = await moveTopUp(ports.topUps, topUp, {
    status: 'paying',
    customer: payer?.customer,
    method: method?.id,
    askedAt: now,
    updatedAt: now,
  })
  return await advanceTopUp(ports, paying ?? (await again(ports, topUp)), working)
}

async function decisionOn(ports: Ports, topUp: TopUp, hasMethod: boolean, working: Working): Promise<Decision> {
  if (topUp.origin.kind === 'automatic') return await decideAutomatic(ports, topUp, topUp.origin.of, hasMethod, working)
  return hasMethod ? { kind: 'pay' } : { kind: 'skip', reason: 'no-payment-method' }
}

/** By the log's head, which is read after the top-up was opened: nothing that counts can be missing from it. */
async function decideAutomatic(
  ports: Ports,
  { account, price }: TopUp,
  of: TopUpPlace,
  hasMethod: boolean,
  { now }: Working,
): Promise<Decision> {
  const head = await readHead(ports.log, account)
  const timeZone = await readTimeZone(ports.accounts, account)
  if (head === undefined || timeZone === undefined) throw new Error(`account ${account} has no log or no record`)
  const { balance, tally = noTally } = head.header
  // Ended by somebody whose record got lost.
  if (!isOpenAt(head, of)) return { kind: 'skip', reason: 'not-needed' }
  const { autoTopUp } = await settingsInForce(ports.log, head)
  const at = now()
  return decideTopUp({ auto: autoTopUp, balance, tally, price, now: at, ...monthOf(at, timeZone), hasMethod })
}

/**
 * What became of it at the provider, before anything else; only where nothing was ever begun the payment is begun, under
 * the one key there is for this top-up, and only while the provider still knows the key.
 */
async function resolve(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  const { account, id, customer, method, createdAt, checkout } = topUp
  if (customer === undefined) throw new Error(`top-up ${id} of ${account} is ${topUp.status} without a payer`)
  const name = { account, topUp: id }
  const look = async () =>
    tellingPayment(await ports.provider.paymentsFor(name, customer, createdAt - LOOK_BACK_MS), checkout !== undefined)
  const payment = await look()
  if (payment !== undefined) return await settlePayment(ports, topUp, payment, working)
  if (checkout !== undefined) return await awaitCheckout(ports, topUp, checkout, look, working)
  const isKeyUsable = topUp.askedAt !== undefined && working.now() - topUp.askedAt <= KEY_USABLE_MS
  if (method === undefined || !isKeyUsable || !(await isStillOpen(ports, topUp)))
    return await giveUp(ports, topUp, working)
  try {
    const charged = await ports.provider.charge({
      name,
      customer,
      method,
      key: `groschen-${account}#${id}`,
      amount: topUp.price.total,
      description: `Credits, ${account}, ${id}`,
    })
    return await settlePayment(ports, topUp, charged, working)
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw error
    working.report({ account, topUp: id, payment: 'none', detail: error.message })
    const until = working.now() + REFUSED_WAIT_MS
    return await endTopUp(ports, topUp, { reason: 'provider-refused', until }, working)
  }
}

/** The page is open for as long as it says; then it is closed, and what was paid in the last moment still counts. */
async function awaitCheckout(
  ports: Ports,
  topUp: TopUp,
  { id, expiresAt }: NonNullable<TopUp['checkout']>,
  look: () => Promise<Payment | undefined>,
  working: Working,
): Promise<TopUp> {
  if (working.now() < expiresAt) return topUp
  await ports.provider.closeCheckout(id)
  const payment = await look()
  return payment === undefined
    ? await giveUp(ports, topUp, working)
    : await settlePayment(ports, topUp, payment, working)
}

/** Nothing was paid and nothing will be. */
const giveUp = (ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> =>
  endTopUp(ports, topUp, { reason: 'not-completed', until: working.now() + DAY_MS }, working)

/** Nothing is paid any more for a top-up that the log has ended. */
async function isStillOpen({ log }: Pick<Ports, 'log'>, { account, origin }: TopUp): Promise<boolean> {
  if (origin.kind !== 'automatic') return true
  const head = await readHead(log, account)
  return head !== undefined && isOpenAt(head, origin.of)
}

const isOpenAt = ({ header: { topUp } }: Page, of: TopUpPlace): boolean => topUp.kind === 'open' && topUp.of === of

async function again({ topUps }: Pick<Ports, 'topUps'>, { account, id }: TopUp): Promise<TopUp> {
  const standing = await readTopUp(topUps, account, id)
  if (standing === undefined) throw new Error(`top-up ${id} of ${account} was there and is gone`)
  return standing
}
