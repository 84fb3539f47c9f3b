import { sha256, toBase64Url } from '../../../digest/sha256.ts'
import { Problem } from '../../../errors/problems.ts'
import { knownAccount } from '../../../ledger/io/accounts-table.ts'
import { amountText, type Credits, toCredits } from '../../../money/amounts.ts'
import { quote } from '../../quote.ts'
import { newTopUp, type Origin, type TopUp, wantedId } from '../../top-up.ts'
import { readPayer } from '../payers-table.ts'
import { hintTopUp } from '../top-up-queue.ts'
import { moveTopUp, putTopUp } from '../top-ups-table.ts'
import type { Buying } from './buying.ts'
import { countWanted } from './count-wanted.ts'
import { payerOf } from './payer-of.ts'

/** A person's order. */
interface Order {
  readonly key: string
  readonly credits: Credits
  readonly pay: 'method' | 'checkout'
  readonly storesMethod: boolean
}

/**
 * Buys credits by hand, once for its key: with the stored method, or on a page of the provider's.
 *
 * @throws Problem where this stage does not sell it so, no method is stored, or the caps have no room
 */
export async function buyCreditsByHand(account: string, order: Order, setting: Buying): Promise<TopUp> {
  const { services, caller } = setting
  const { key, credits, pay } = order
  const record = await knownAccount(services, account)
  checkAmount(credits, setting)
  const origin: ManualOrigin = {
    kind: 'manual',
    key,
    actor: caller.subject,
    by: pay,
    counted: true,
    storesMethod: order.storesMethod || undefined,
    confirmed: isAboveMethod(credits, setting) || undefined,
  }
  if (pay === 'method' && origin.confirmed) throw confirmationNeeded(credits, setting)
  if (pay === 'method' && (await methodOf(account, setting)) === undefined) {
    const detail = `account ${account} has no payment method; send "pay": "checkout", or store one`
    throw new Problem('top-up.no-payment-method', detail)
  }
  const wanted = await want(account, origin, credits, setting)
  if (wanted.status === 'wanted') await countWanted(wanted, record.timeZone, setting)
  if (pay === 'checkout') return await openPage(wanted, record.name, setting)
  await hintTopUp(services.topUpQueue, { account, topUp: wanted.id })
  return wanted
}

type ManualOrigin = Extract<Origin, { readonly kind: 'manual' }>

/** @throws Problem where the key is that of another purchase, however long ago */
async function want(
  account: string,
  origin: ManualOrigin,
  credits: Credits,
  { services, tools }: Buying,
): Promise<TopUp> {
  const standing = await putTopUp(
    services.topUps,
    newTopUp({
      account,
      id: idOf(account, origin),
      origin,
      credits,
      price: quote(services.purchases, credits),
      billing: await services.billing(account),
      at: tools.now(),
    }),
  )
  if (standing.credits.eq(credits) && isPaidAlike(standing.origin, origin)) return standing
  const detail = `the Idempotency-Key ${origin.key} bought ${amountText(standing.credits).eur} € of credits before; use a fresh key for a new purchase`
  throw new Problem('idempotency.other-request', detail)
}

const isPaidAlike = (one: Origin, other: ManualOrigin): boolean =>
  one.kind === 'manual' && one.by === other.by && one.storesMethod === other.storesMethod

/** Of the request's key, so that the same request is the same purchase, for ever. */
const idOf = (account: string, { key }: ManualOrigin): string =>
  wantedId('manual', toBase64Url(sha256(`manual\0${account}\0${key}`), 12))

const isAboveMethod = (credits: Credits, { services: { purchases } }: Buying): boolean =>
  credits.gt(toCredits(purchases.mostByMethod))

function confirmationNeeded(credits: Credits, { services: { purchases } }: Buying): Problem {
  const detail = `${amountText(credits).eur} € are bought on the provider's page, where the bank confirms them; send "pay": "checkout" with a new Idempotency-Key. The stored method is charged up to ${purchases.mostByMethod.toFixed(2)} €`
  return new Problem('top-up.confirmation-page', detail)
}

function checkAmount(credits: Credits, { services: { purchases } }: Buying): void {
  if (purchases.amounts.some((amount) => toCredits(amount).eq(credits))) return
  const allowed = purchases.amounts.map((amount) => `${amount.toFixed(2)} €`).join(', ')
  throw new Problem('top-up.amount', `credits are sold at ${allowed}`)
}

async function methodOf(account: string, { services }: Buying) {
  const payer = await readPayer(services.accounts, account)
  return payer && (await services.provider.methodOf(payer.customer))
}

/** The provider's page; the same request again leads to the same one. */
async function openPage(topUp: TopUp, name: string, setting: Buying): Promise<TopUp> {
  const { services, tools } = setting
  if (topUp.status !== 'wanted') return topUp
  const { account, id, origin, price } = topUp
  const payer = await payerOf(account, name, services)
  const checkout = await services.provider.checkout({
    name: { account, topUp: id },
    customer: payer.customer,
    amount: price.total,
    description: `Credits, ${account}, ${id}`,
    language: topUp.language ?? (await services.billing(account)).language,
    returnUrl: services.returnUrl,
    storesMethod: origin.kind === 'manual' && origin.storesMethod === true,
    confirmed: origin.kind === 'manual' && origin.confirmed === true,
  })
  const now = tools.now()
  const changes = { status: 'needs-action', customer: payer.customer, checkout, askedAt: now, updatedAt: now } as const
  return (await moveTopUp(services.topUps, topUp, changes)) ?? { ...topUp, ...changes }
}
