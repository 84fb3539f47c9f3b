import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { approvalProblems, isCreditFinal, waitingAnswer } from '../../../shared/api/credits/approval.ts'
import { givenAmountSchema, readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import { invoiceExample, shownTopUpSchema, topUpExample, topUpShape } from '../../../shared/api/top-ups/top-up.ts'
import { sha256, toBase64Url } from '../../../shared/digest/sha256.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import { ruled } from '../../../shared/errors/ruled.ts'
import { described } from '../../../shared/http/described.ts'
import { type Operation, type Setting, writing } from '../../../shared/http/operation.ts'
import { knownAccount } from '../../../shared/ledger/io/known-account.ts'
import { amountText, type Credits, toCredits } from '../../../shared/money/amounts.ts'
import type { Instant } from '../../../shared/time/instant.ts'
import { todayIn } from '../../../shared/time/today-in.ts'
import { readPayer } from '../../../shared/top-ups/io/payers-table.ts'
import { hintTopUp } from '../../../shared/top-ups/io/top-up-queue.ts'
import { moveTopUp, putTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { newTopUp } from '../../../shared/top-ups/new-top-up.ts'
import { quote } from '../../../shared/top-ups/quote.ts'
import { type Origin, type TopUp, wantedId } from '../../../shared/top-ups/top-up.ts'
import { daySchema, nameSchema } from '../../../shared/usage/text.ts'
import { countWanted } from '../count-wanted.ts'
import { payerOf } from '../payer-of.ts'
import { writeCredit } from '../write-credit.ts'

const buyCredits = writing({
  operationId: 'buyCredits',
  tag: 'Top-ups',
  summary: 'Buy credits',
  description:
    'Paid with the stored payment method, or on a page of the payment provider whose address is in the answer. The credits come when the payment is there: `GET` the top-up, or listen to `groschen.top-up.succeeded`. `GET …/top-up-offers` has the amounts, what they cost, and what is left of the day’s and the month’s cap. Above a stage’s amount it is paid on the page alone, where the bank confirms it. Paying on the page stores nothing for later, unless `storesMethod` says so.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        amount: givenAmountSchema,
        pay: described(z.enum(['method', 'checkout']), 'With what is stored, or on the provider’s page'),
        storesMethod: z._default(
          described(
            z.boolean(),
            'Whether what is paid with on the page becomes the stored method, in place of the one there is, for automatic top-ups too',
          ),
          false,
        ),
      })
      .check(
        ruled(({ pay, storesMethod }) => pay === 'checkout' || !storesMethod, {
          error: 'stores what is paid with on the page; send it with "pay": "checkout"',
          path: ['storesMethod'],
        }),
        z.meta({ id: 'BuyCredits' }),
      ),
    example: { amount: { eur: '100' }, pay: 'checkout' },
  },
  answers: [{ status: 202, description: 'On its way', schema: shownTopUpSchema, example: topUpExample }],
  problems: [
    'top-up.amount',
    'top-up.no-payment-method',
    'top-up.confirmation-page',
    'top-up.cap',
    'top-up.reconciling',
  ],
  handle: async ({ params: { account }, body, key }, setting) => {
    const { services, caller } = setting
    const record = await knownAccount(services, account)
    const credits = readGivenAmount(body.amount)
    checkAmount(credits, setting)
    const origin: ManualOrigin = {
      kind: 'manual',
      key,
      actor: caller.subject,
      by: body.pay,
      counted: true,
      ...(body.storesMethod && { storesMethod: true as const }),
      ...(isAboveMethod(credits, setting) && { confirmed: true as const }),
    }
    if (body.pay === 'method' && origin.confirmed) throw confirmationNeeded(credits, setting)
    if (body.pay === 'method' && (await methodOf(account, setting)) === undefined) {
      const detail = `account ${account} has no payment method; send "pay": "checkout", or store one`
      throw new Problem('top-up.no-payment-method', detail)
    }
    const wanted = await want(account, origin, credits, setting)
    if (wanted.status === 'wanted') await countWanted(wanted, record.timeZone, setting)
    if (body.pay === 'checkout') return { status: 202, body: topUpShape(await openPage(wanted, record.name, setting)) }
    await hintTopUp(services.topUpQueue, { account, topUp: wanted.id })
    return { status: 202, body: topUpShape(wanted) }
  },
})

const creditInvoiceOperation = writing({
  operationId: 'creditInvoice',
  tag: 'Top-ups',
  summary: 'Credit what an account pays by invoice',
  description:
    'Once for each invoice number of the account, whenever the money comes: nothing says that it is paid. It costs what a purchase does, without the fee. One that waits for another operator keeps its due day, also where the day is over when it is approved.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        amount: givenAmountSchema,
        reference: described(nameSchema, 'The invoice’s number'),
        dueOn: described(daySchema, 'When it is due: today, where the account is, or later'),
      })
      .check(z.meta({ id: 'CreditInvoice' })),
    example: { amount: { eur: '1000' }, reference: 'INV-2026-17', dueOn: '2026-12-24' },
  },
  answers: [
    {
      status: 201,
      description: 'Credited',
      schema: shownTopUpSchema,
      example: invoiceExample,
    },
    waitingAnswer,
  ],
  isFinal: isCreditFinal,
  problems: [...approvalProblems, 'balance.out-of-range', 'invoice.credited-before'],
  handle: async ({ params: { account }, body, key }, setting) => {
    const { services, caller, tools } = setting
    const { timeZone } = await knownAccount(services, account)
    const { reference, dueOn } = body
    const credits = readGivenAmount(body.amount)
    if (!credits.isInteger())
      throw refusal('request.body', [
        { pointer: '/amount', detail: 'an invoice has whole cents; give at most two decimals' },
      ])
    const at = tools.now()
    const invoice = { kind: 'invoice', key, actor: caller.subject, at, reference, dueOn, credits } as const
    return await writeCredit(account, invoice, setting, { refusal: await overdueRefusal(dueOn, timeZone, at) })
  },
})

async function overdueRefusal(dueOn: string, timeZone: string, now: Instant): Promise<Problem | undefined> {
  const today = await todayIn(timeZone, now)
  if (dueOn >= today) return undefined
  const detail = `${dueOn} is over in ${timeZone}; give ${today} or a later day`
  return refusal('request.body', [{ pointer: '/dueOn', detail }])
}

type ManualOrigin = Extract<Origin, { readonly kind: 'manual' }>

/** @throws Problem where the key is that of another purchase, however long ago */
async function want(
  account: string,
  origin: ManualOrigin,
  credits: Credits,
  { services, tools }: Setting,
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

const isAboveMethod = (credits: Credits, { services: { purchases } }: Setting): boolean =>
  credits.gt(toCredits(purchases.mostByMethod))

function confirmationNeeded(credits: Credits, { services: { purchases } }: Setting): Problem {
  const detail = `${amountText(credits).eur} € are bought on the provider's page, where the bank confirms them; send "pay": "checkout" with a new Idempotency-Key. The stored method is charged up to ${purchases.mostByMethod.toFixed(2)} €`
  return new Problem('top-up.confirmation-page', detail)
}

function checkAmount(credits: Credits, { services: { purchases } }: Setting): void {
  if (purchases.amounts.some((amount) => toCredits(amount).eq(credits))) return
  const allowed = purchases.amounts.map((amount) => `${amount.toFixed(2)} €`).join(', ')
  throw new Problem('top-up.amount', `credits are sold at ${allowed}`)
}

async function methodOf(account: string, { services }: Setting) {
  const payer = await readPayer(services.accounts, account)
  return payer && (await services.provider.methodOf(payer.customer))
}

/** The provider's page; the same request again leads to the same one. */
async function openPage(topUp: TopUp, name: string, setting: Setting): Promise<TopUp> {
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

export const buyCreditsOperations: readonly Operation[] = [buyCredits, creditInvoiceOperation]
