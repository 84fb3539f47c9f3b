import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { TopUpState } from '../../ledger/tally/top-up-state.ts'
import { amountText } from '../../money/amounts.ts'
import { takingCauses } from '../../money/taking-causes.ts'
import { instantText } from '../../time/instant.ts'
import { nextTryOf, paidAtOf, shownStatuses, shownStatusOf, takenBackOf } from '../../top-ups/shown-top-up.ts'
import { endReasons, type Price, type TopUp } from '../../top-ups/top-up.ts'
import { accountSchema } from '../../usage/text.ts'
import { amountSchema } from '../fields/amount.ts'
import { timeSchema } from '../fields/time.ts'

export const centsSchema = z.string().check(z.meta({ examples: ['100.00'] }))
const cents = centsSchema

export const priceSchema = described(
  z.object({ net: cents, discount: cents, fee: cents, tax: cents, total: cents }),
  'In euros; total = net − discount + fee + tax, and is what is paid',
)

export const priceShape = ({ net, discount, fee, tax, total }: Price): z.infer<typeof priceSchema> => ({
  net: net.toFixed(2),
  discount: discount.toFixed(2),
  fee: fee.toFixed(2),
  tax: tax.toFixed(2),
  total: total.toFixed(2),
})

export const topUpPathSchema = z.strictObject({
  account: accountSchema,
  topUp: described(
    z.string().check(z.regex(/^[A-Za-z0-9_-]{1,100}$/, 'expected the id of a top-up, as it was answered')),
    'Its id',
  ),
})

/** One purchase of credits as the API shows it. */
export const shownTopUpSchema = z
  .object({
    topUp: z.string(),
    origin: z.enum(['automatic', 'manual', 'invoice']),
    status: described(z.enum(shownStatuses), '`partly-refunded`: some of the money went back; `refunded`: all of it'),
    reason: z.optional(described(z.enum(endReasons), 'Why it was skipped, or failed')),
    declineCode: z.optional(described(z.string(), 'The provider’s')),
    nextTry: z.optional(described(timeSchema, 'When it is tried again by itself: only where the log waits for that')),
    credits: amountSchema,
    price: priceSchema,
    url: z.optional(described(z.string(), 'The page to pay or confirm on')),
    payment: z.optional(described(z.string(), 'The provider’s id; of an invoice, its number')),
    paidWith: z.optional(z.string()),
    paidAt: z.optional(described(timeSchema, 'An invoice has none: its payment is not recorded here')),
    reference: z.optional(described(z.string(), 'The invoice’s number')),
    dueOn: z.optional(described(z.string(), 'The day by which the invoice is to be paid')),
    page: z.optional(described(z.int(), 'The page of the log with the credits')),
    takenBack: z.optional(
      described(
        z.object({ paid: cents, amount: amountSchema }),
        'What `takings` come to: euros that went back to the payer, and the credits that were taken for them',
      ),
    ),
    takings: z.array(z.object({ id: z.string(), cause: z.enum(takingCauses), amount: cents })),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .check(z.meta({ id: 'TopUp', description: 'One purchase of credits and its course' }))

export const topUpExample: z.infer<typeof shownTopUpSchema> = {
  topUp: 'manual-9fJ2mQ0sXbA1',
  origin: 'manual',
  status: 'needs-action',
  credits: { eur: '100.00', credits: '10000' },
  price: { net: '100.00', discount: '0.00', fee: '0.00', tax: '19.00', total: '119.00' },
  url: 'https://checkout.stripe.com/c/pay/cs_test_1',
  takings: [],
  createdAt: '2026-11-24T08:00:00.000Z',
  updatedAt: '2026-11-24T08:00:00.000Z',
}

export const invoiceExample: z.infer<typeof shownTopUpSchema> = {
  topUp: 'invoice-9fJ2mQ0sXbA1',
  origin: 'invoice',
  status: 'credited',
  credits: { eur: '1000.00', credits: '100000' },
  price: { net: '1000.00', discount: '0.00', fee: '0.00', tax: '190.00', total: '1190.00' },
  payment: 'INV-2026-17',
  reference: 'INV-2026-17',
  dueOn: '2026-12-24',
  page: 17,
  takings: [],
  createdAt: '2026-11-24T08:00:00.000Z',
  updatedAt: '2026-11-24T08:00:00.000Z',
}

/** @param state of the log's head; `undefined`: a person wanted it, and nothing tries it again by itself */
export function topUpShape(topUp: TopUp, state?: TopUpState): z.infer<typeof shownTopUpSchema> {
  const { id, origin, reason, declineCode, credits, price, checkout, payment, paidWith } = topUp
  const paidAt = paidAtOf(topUp)
  const back = takenBackOf(topUp)
  const nextTry = state && nextTryOf(topUp, state)
  return {
    topUp: id,
    origin: origin.kind,
    status: shownStatusOf(topUp),
    reason,
    declineCode,
    nextTry: nextTry === undefined ? undefined : instantText(nextTry),
    credits: amountText(credits),
    price: priceShape(price),
    url: checkout === undefined ? undefined : checkout.url,
    payment,
    paidWith,
    paidAt: paidAt === undefined ? undefined : instantText(paidAt),
    ...(origin.kind === 'invoice' && { reference: origin.reference, dueOn: origin.dueOn }),
    page: topUp.page,
    takenBack: topUp.takings.length > 0 ? { paid: back.paid.toFixed(2), amount: amountText(back.credits) } : undefined,
    takings: topUp.takings.map(({ id: taking, cause, amount }) => ({ id: taking, cause, amount: amount.toFixed(2) })),
    createdAt: instantText(topUp.createdAt),
    updatedAt: instantText(topUp.updatedAt),
  }
}
