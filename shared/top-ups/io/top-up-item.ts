import { credits, euros } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Taking } from '../../payments/payment.ts'
import { dayText, type Instant } from '../../time/instant.ts'
import { isFinal } from '../moves.ts'
import type { Origin, Price, TopUp } from '../top-up.ts'

/** The partition of those that are not final; credited ones stand under their day, so that they can be held against the provider's. */
export const UNFINISHED_LANE = 'unfinished'
export const creditedLane = (at: Instant): string => `credited#${dayText(at)}`

const TIME_DIGITS = 15

/** Sorts as time does, and tells apart what was made in the same millisecond. */
export const createdText = ({ createdAt, id }: Pick<TopUp, 'createdAt' | 'id'>): string =>
  `${String(createdAt).padStart(TIME_DIGITS, '0')}#${id}`

function laneOf({ status, paidAt }: TopUp): string | undefined {
  if (!isFinal(status)) return UNFINISHED_LANE
  return paidAt === undefined ? undefined : creditedLane(paidAt)
}

/** A top-up as an item. Amounts are decimal strings; `created` and `lane` are there for the indexes. */
export function toTopUpItem(topUp: TopUp): Readonly<Record<string, unknown>> {
  const { id, price, takings, ...same } = topUp
  const item = {
    ...same,
    top_up: id,
    created: createdText(topUp),
    lane: laneOf(topUp),
    credits: plain(topUp.credits),
    price: priceTexts(price),
    takings: takings.map(({ amount, ...taking }) => ({ ...taking, amount: plain(amount) })),
  }
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined))
}

export function fromTopUpItem(item: Readonly<Record<string, unknown>>): TopUp {
  const text = (name: string): string | undefined => (item[name] === undefined ? undefined : String(item[name]))
  const number = (name: string): number | undefined => (item[name] === undefined ? undefined : Number(item[name]))
  const checkout = item['checkout'] as { id: string; url: string; expiresAt: unknown } | undefined
  return {
    account: String(item['account']),
    id: String(item['top_up']),
    origin: item['origin'] as Origin,
    status: item['status'] as TopUp['status'],
    reason: item['reason'] as TopUp['reason'],
    declineCode: text('declineCode'),
    declines: Number(item['declines']),
    credits: credits(String(item['credits'])),
    price: priceOf(item['price'] as Readonly<Record<keyof Price, string>>),
    customer: text('customer'),
    method: text('method'),
    payment: text('payment'),
    checkout: checkout && { ...checkout, expiresAt: Number(checkout.expiresAt) },
    askedAt: number('askedAt'),
    begunAt: number('begunAt'),
    paidWith: text('paidWith'),
    paidAt: number('paidAt'),
    page: number('page'),
    takings: (item['takings'] as readonly (Omit<Taking, 'amount'> & { readonly amount: string })[]).map((taking) => ({
      ...taking,
      amount: euros(taking.amount),
    })),
    takenBack: Number(item['takenBack']),
    nextTry: number('nextTry'),
    billing: Number(item['billing']),
    language: item['language'] as TopUp['language'],
    createdAt: Number(item['createdAt']),
    updatedAt: Number(item['updatedAt']),
    version: Number(item['version']),
  }
}

const priceTexts = ({ net, discount, fee, tax, total }: Price) => ({
  net: plain(net),
  discount: plain(discount),
  fee: plain(fee),
  tax: plain(tax),
  total: plain(total),
})

const priceOf = ({ net, discount, fee, tax, total }: Readonly<Record<keyof Price, string>>): Price => ({
  net: euros(net),
  discount: euros(discount),
  fee: euros(fee),
  tax: euros(tax),
  total: euros(total),
})
