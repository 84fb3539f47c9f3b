import type { Credits } from '../money/amounts.ts'
import type { Instant } from '../time/instant.ts'
import type { BillingHead } from './billing-head.ts'
import type { Origin, Price, TopUp } from './top-up.ts'

/** A top-up that somebody wants, and nothing else has happened yet. */
export const newTopUp = (wanted: {
  readonly account: string
  readonly id: string
  readonly origin: Origin
  readonly credits: Credits
  readonly price: Price
  readonly billing: Pick<BillingHead, 'version' | 'language'>
  readonly at: Instant
}): TopUp => {
  const { at, billing, ...same } = wanted
  return {
    ...same,
    billing: billing.version,
    language: billing.language,
    status: 'wanted',
    reason: undefined,
    declineCode: undefined,
    declines: 0,
    customer: undefined,
    method: undefined,
    payment: undefined,
    checkout: undefined,
    askedAt: undefined,
    begunAt: undefined,
    paidWith: undefined,
    paidAt: undefined,
    page: undefined,
    takings: [],
    takenBack: 0,
    nextTry: undefined,
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
}
