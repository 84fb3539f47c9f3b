import type { Payment } from '../../../payments/payment.ts'
import { answered } from '../../../payments/provider.ts'
import { DAY_MS } from '../../../time/instant.ts'
import { isTaken } from '../../next-step.ts'
import type { Look } from '../../step.ts'
import type { TopUp } from '../../top-up.ts'
import { readPayer } from '../payers-table.ts'
import { reportOn, type TopUpPorts } from '../top-up-ports.ts'
import type { Performers } from './advance-top-up.ts'
import { begunPurchase } from './begun-purchase.ts'
import { done, moveRecord } from './record-steps.ts'

/** A lost record is made again later than its payment was: so far back payments are looked for. */
const LOOK_BACK_MS = 30 * DAY_MS

/** In order of weight: taken payments first, then payments that may still be taken. */
const TELLING: readonly Payment['status'][] = ['succeeded', 'processing', 'needs-action', 'declined', 'canceled']

/** While a person can still pay on a page, an attempt that came to nothing says nothing. */
const TELLING_WITH_PAGE: readonly Payment['status'][] = ['succeeded', 'processing']

/** Steps that ask or use the provider. */
export const providerSteps: Performers<
  'ask-method' | 'look-up' | 'close-page' | 'compare' | 'make-page' | 'charge' | 'cancel'
> = {
  'ask-method': async (ports, { topUp, seen }) => {
    const payer = await readPayer(ports.accounts, topUp.account)
    const asked = payer && (await answered(() => ports.provider.methodOf(payer.customer)))
    const method = asked?.kind === 'answer' ? asked.answer?.id : undefined
    const refusal = asked?.kind === 'refused' ? asked.detail : undefined
    return { topUp, seen: { ...seen, payer: { customer: payer?.customer, method, refusal } } }
  },

  'look-up': async (ports, { topUp, seen }, { customer }) => {
    const look = await lookUp(ports, topUp, customer)
    return { topUp, seen: { ...seen, look } }
  },

  // A payment in the page's last moment still counts.
  'close-page': async (ports, { topUp, seen }, { page, customer }) => {
    // Refused: there is no such page any more.
    await answered(() => ports.provider.closeCheckout(page))
    const look = await lookUp(ports, topUp, customer)
    return { topUp, seen: { ...seen, look, isPageClosed: true } }
  },

  // The payment comes from the provider's API, never from a webhook.
  compare: async (ports, { topUp, seen }, { payment }) => {
    const detail = await mismatchOf(ports, topUp, payment)
    if (detail === undefined) return { topUp, seen: { payment } }
    const begun = await begunPurchase(ports, topUp, payment)
    // Compared again by its own price.
    if (begun !== undefined) return await moveRecord(ports, topUp, begun, seen.found && { found: payment })
    reportOn(ports, topUp, payment.id, detail)
    return done(topUp)
  },

  'make-page': async (ports, { topUp, seen }, { customer }) => {
    const { account, id, price } = topUp
    const language = topUp.language ?? (await ports.billing(account)).language
    const page = await answered(() =>
      ports.provider.checkout({
        name: { account, topUp: id },
        customer,
        amount: price.total,
        description: descriptionOf(topUp),
        language,
        returnUrl: ports.returnUrl,
        storesMethod: false,
      }),
    )
    return { topUp, seen: { ...seen, page } }
  },

  // The record says first that a payment may be under way: until it surely is not, the top-up is not ended.
  charge: async (ports, { topUp }, { customer, method }) => {
    const { account, id, price } = topUp
    const begun = await moveRecord(ports, topUp, { begunAt: ports.now() })
    if (begun.seen.isDone) return begun
    const charged = await answered(() =>
      ports.provider.charge({
        name: { account, topUp: id },
        customer,
        method,
        key: `groschen-${account}#${id}`,
        amount: price.total,
        description: descriptionOf(topUp),
      }),
    )
    const seen = charged.kind === 'answer' ? { found: charged.answer } : { refusal: charged.detail }
    return { topUp: begun.topUp, seen }
  },

  // If the provider does not cancel a payment, its state counts: a later success is credited.
  cancel: async (ports, { topUp, seen }, { payment }) => {
    const cancelled = await answered(() => ports.provider.cancel(payment.id))
    if (cancelled.kind === 'answer') return { topUp, seen: { ...seen, ended: cancelled.answer } }
    ports.report({ account: payment.account, topUp: payment.topUp, payment: payment.id, detail: cancelled.detail })
    return { topUp, seen: { ...seen, ended: (await ports.provider.payment(payment.id)) ?? payment } }
  },
}

/** Looks up the payments and pages of a top-up at the provider, also those that its record does not have. */
async function lookUp({ provider }: TopUpPorts, topUp: TopUp, customer: string): Promise<Look> {
  const { account, id, createdAt, checkout, payment } = topUp
  const name = { account, topUp: id }
  const since = createdAt - LOOK_BACK_MS
  const found = await answered(() => provider.paymentsFor(name, customer, since))
  // A payment outlives its payer's record there.
  const known = found.kind === 'refused' && payment !== undefined ? await provider.payment(payment) : undefined
  if (found.kind === 'refused' && known === undefined) return found
  const payments = found.kind === 'answer' ? found.answer : [known].filter((one) => one !== undefined)
  const telling = tellingPayment(payments, checkout !== undefined)
  if (telling === undefined) return { kind: 'nothing' }
  const isKnown = checkout !== undefined || found.kind === 'refused'
  if (isKnown || isTaken(telling)) return { kind: 'begun', payment: telling }

  // The payer may have been asked before the record was lost: ended now, it would be paid there beside the next one.
  const pages = await answered(() => provider.openCheckouts(name, customer))
  const page = pages.kind === 'answer' ? pages.answer[0] : undefined
  if (page !== undefined) return { kind: 'begun', payment: telling, page }
  // A page that was just paid is no longer open, and has its payment.
  const again = await answered(() => provider.paymentsFor(name, customer, since))
  const newest = again.kind === 'answer' ? tellingPayment(again.answer, false) : undefined
  return { kind: 'begun', payment: newest ?? telling }
}

/** The payment, of all of a top-up, that decides its state; `undefined`: none. */
function tellingPayment(payments: readonly Payment[], hasPage: boolean): Payment | undefined {
  const ranks = hasPage ? TELLING_WITH_PAGE : TELLING
  return ranks.flatMap((status) => payments.filter((payment) => payment.status === status))[0]
}

/** The difference to the request; `undefined`: none. A differing payment is not credited. */
export async function mismatchOf(
  { accounts, provider }: TopUpPorts,
  topUp: TopUp,
  payment: Payment,
): Promise<string | undefined> {
  const { total } = topUp.price
  if (payment.account !== topUp.account || payment.topUp !== topUp.id)
    return `it is for ${payment.topUp} of ${payment.account}`
  if (payment.currency !== 'EUR') return `it is in ${payment.currency}, not in EUR`
  if (!payment.amount.eq(total)) return `it is over ${payment.amount.toFixed(2)} €, not over ${total.toFixed(2)} €`
  const payer = topUp.customer ?? (await readPayer(accounts, topUp.account))?.customer
  if (payment.customer !== payer) return `its payer is ${payment.customer ?? 'unknown'}, not ${payer ?? 'unknown'}`
  if (!(await provider.isOurs(payment))) return 'it is of another live mode'
  return undefined
}

const descriptionOf = ({ account, id }: TopUp): string => `Credits, ${account}, ${id}`
