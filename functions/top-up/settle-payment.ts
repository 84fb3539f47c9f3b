import { readHead } from '../../shared/ledger/io/log-table.ts'
import { noTally } from '../../shared/ledger/tally/top-up-state.ts'
import type { Payment } from '../../shared/payments/payment.ts'
import type { Checkout } from '../../shared/payments/provider.ts'
import { afterDecline } from '../../shared/top-ups/decide-top-up.ts'
import { readPayer } from '../../shared/top-ups/io/payers-table.ts'
import { moveTopUp, readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { actionRequired } from '../../shared/top-ups/top-up-events.ts'
import { answered } from './answered.ts'
import { creditTopUp } from './credit-top-up.ts'
import { type End, endTopUp, notCompleted, providerRefused } from './end-top-up.ts'
import type { Ports, Working } from './ports.ts'
import { tellPayer } from './tell-payer.ts'

/** What counts most comes first: what was taken, then what may still be. */
const TELLING: readonly Payment['status'][] = ['succeeded', 'processing', 'needs-action', 'declined', 'canceled']

/** While a person can still pay on a page, an attempt that came to nothing says nothing. */
const TELLING_WITH_PAGE: readonly Payment['status'][] = ['succeeded', 'processing']

/** Of all payments that were begun for a top-up the one that says how it stands; `undefined`: none does. */
export function tellingPayment(payments: readonly Payment[], hasPage: boolean): Payment | undefined {
  const ranks = hasPage ? TELLING_WITH_PAGE : TELLING
  return ranks.flatMap((status) => payments.filter((payment) => payment.status === status))[0]
}

/** Takes a top-up to where its payment is. The payment comes from the provider's API, never from a webhook. */
export async function settlePayment(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<TopUp> {
  const detail = await mismatchOf(topUp, payment, ports)
  if (detail !== undefined) {
    working.report({ account: topUp.account, topUp: topUp.id, payment: payment.id, detail })
    return topUp
  }
  const now = working.now()
  switch (payment.status) {
    case 'succeeded': {
      const paidWith = payment.method && `${payment.method.brand} ${payment.method.lastFour}`
      const paid = await moveTopUp(ports.topUps, topUp, {
        status: 'paid',
        payment: payment.id,
        paidAt: now,
        paidWith,
        updatedAt: now,
        reason: undefined,
        declineCode: undefined,
        nextTry: undefined,
        checkout: undefined,
      })
      return paid === undefined ? await standing(ports, topUp) : await creditTopUp(ports, paid, working)
    }
    case 'processing':
      if (topUp.status === 'processing') return topUp
      return await moved(ports, topUp, { status: 'processing', payment: payment.id, updatedAt: now })
    case 'needs-action':
      return await askPayer(ports, topUp, payment, working)
    case 'declined':
      return await afterDeclined(ports, topUp, payment, working)
    case 'canceled':
      if (payment.decline !== undefined) return await endDeclined(ports, topUp, payment, working)
      return await endTopUp(ports, topUp, notCompleted(now), working)
  }
}

/** What differs from what was asked for; `undefined`: nothing. Nothing is credited by a payment that does. */
export async function mismatchOf(
  topUp: TopUp,
  payment: Payment,
  { accounts, provider }: Ports,
): Promise<string | undefined> {
  const { total } = topUp.price
  if (payment.account !== topUp.account || payment.topUp !== topUp.id)
    return `it is for ${payment.topUp} of ${payment.account}`
  if (payment.currency !== 'EUR') return `it is in ${payment.currency}, not in EUR`
  if (!payment.amount.eq(total)) return `it is over ${payment.amount.toFixed(2)} €, not over ${total.toFixed(2)} €`
  const payer = topUp.customer ?? (await readPayer(accounts, topUp.account))?.customer
  if (payment.customer !== payer) return `its payer is ${payment.customer ?? 'nobody'}, not ${payer ?? 'nobody'}`
  if (!(await provider.isOurs(payment))) return 'it is of another live mode'
  return undefined
}

/** The payer's bank wants a word with the payer: there is a page for that, and a notice with its address. */
async function askPayer(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<TopUp> {
  const { account, id, customer, price } = topUp
  if (customer === undefined) throw new Error(`top-up ${id} of ${account} has a payment without a payer`)
  const language = topUp.language ?? (await ports.billing(account)).language
  const page = await answered(() =>
    ports.provider.checkout({
      name: { account, topUp: id },
      ...{ customer, amount: price.total, description: `Credits, ${account}, ${id}`, language },
      returnUrl: ports.returnUrl,
      storesMethod: false,
    }),
  )
  if (page.kind === 'refused') return await afterNoPage(ports, topUp, payment, page.detail, working)
  return await awaitOnPage(ports, topUp, payment, page.answer, working)
}

/** The payer is asked by this page, which has a payment of its own: the first one is ended where that goes. */
export async function awaitOnPage(
  ports: Ports,
  topUp: TopUp,
  payment: Payment,
  page: Checkout,
  working: Working,
): Promise<TopUp> {
  const changes = { status: 'needs-action', checkout: page, updatedAt: working.now() } as const
  await tellPayer(ports, topUp, actionRequired({ ...topUp, ...changes }, page.url), working)
  const asking = await moved(ports, topUp, changes)
  if (payment.status !== 'needs-action') return asking
  const ended = await endPayment(ports, payment, working)
  return ended.status === 'succeeded' ? await settlePayment(ports, asking, ended, working) : asking
}

/** Nobody can be asked: the payment is ended too, or it could still be confirmed elsewhere. */
async function afterNoPage(
  ports: Ports,
  topUp: TopUp,
  payment: Payment,
  detail: string,
  working: Working,
): Promise<TopUp> {
  const ended = await endPayment(ports, payment, working)
  if (isTaken(ended)) return await settlePayment(ports, topUp, ended, working)
  working.report({ account: topUp.account, topUp: topUp.id, payment: payment.id, detail })
  return await endTopUp(ports, topUp, providerRefused(working.now()), working)
}

/** Nothing was taken. It is ended at the provider too, so that nothing will be, and only then the log says so. */
async function afterDeclined(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<TopUp> {
  const ended = await endPayment(ports, payment, working)
  if (isTaken(ended)) return await settlePayment(ports, topUp, ended, working)
  return await endDeclined(ports, topUp, payment, working)
}

/** Ends a payment at the provider. Of one that it will not end the state counts: what comes of it later is credited. */
async function endPayment(ports: Ports, payment: Payment, working: Working): Promise<Payment> {
  const { account, topUp, id } = payment
  const ended = await answered(() => ports.provider.cancel(id))
  if (ended.kind === 'answer') return ended.answer
  working.report({ account, topUp, payment: id, detail: ended.detail })
  return (await ports.provider.payment(id)) ?? payment
}

export const isTaken = ({ status }: Payment): boolean => status === 'succeeded' || status === 'processing'

async function endDeclined(ports: Ports, topUp: TopUp, payment: Payment, working: Working): Promise<TopUp> {
  const tally = (await readHead(ports.log, topUp.account))?.header.tally ?? noTally
  const next = afterDecline(tally, payment.decline?.isHard ?? false, working.now())
  const end: End = {
    reason: 'declined',
    until: next.until,
    declines: next.declines,
    declineCode: payment.decline?.code,
  }
  return await endTopUp(ports, topUp, end, working)
}

type Changes = Parameters<typeof moveTopUp>[2]

const moved = async (ports: Ports, topUp: TopUp, changes: Changes): Promise<TopUp> =>
  (await moveTopUp(ports.topUps, topUp, changes)) ?? (await standing(ports, topUp))

async function standing({ topUps }: Pick<Ports, 'topUps'>, topUp: TopUp): Promise<TopUp> {
  return (await readTopUp(topUps, topUp.account, topUp.id)) ?? topUp
}
