import type { TopUpEndedEntry, TopUpEntry } from '../account-log/entry.ts'
import { epochOf } from '../account-log/epoch.ts'
import type { Page } from '../account-log/page.ts'
import { type SuspendReason, topUpPlace } from '../account-log/top-up-state.ts'
import { type DomainEvent, domainEvent } from '../events/domain-event.ts'
import { type AmountText, amountText, type Credits } from '../money/amounts.ts'
import { type Instant, instantText } from '../time/instant.ts'
import { type EndReason, type Origin, originOfId, statusOfEnd, type TopUp } from './top-up.ts'

/** What others get to hear of a top-up. */
export const topUpEventKinds = ['succeeded', 'failed', 'skipped', 'action-required', 'suspended'] as const
export type TopUpEventKind = (typeof topUpEventKinds)[number]

export interface TopUpEventData {
  readonly account: string
  readonly topUp: string
  readonly origin: Origin['kind']
  /** The credits bought, or wanted; where a refund or dispute stops automatic top-up at once, those taken for it. */
  readonly amount: AmountText
  /** Euros, with tax and fee; of one that was paid, or has to be. */
  readonly paid?: string
  readonly reason?: EndReason | SuspendReason
  readonly declineCode?: string
  readonly nextTry?: string
  /** Of an invoice, its number: `paid` is what it asks for, and nobody knows when the money comes. */
  readonly reference?: string
  /** Where a person pays. */
  readonly url?: string
  /** After it. */
  readonly balance?: AmountText
}

export type TopUpEvent = DomainEvent & { readonly data: TopUpEventData }

/** The same id however often it is told: one for each outcome of each top-up. */
const topUpEvent = (kind: TopUpEventKind, data: TopUpEventData, at: Instant): TopUpEvent =>
  domainEvent(`groschen.top-up.${kind}`, {
    id: `${data.account}#${data.topUp}#${kind}`,
    subject: data.account,
    at,
    data,
  })

/** What these pages say of top-ups: each outcome that the log has, so that none is forgotten whatever else gets lost. */
export const topUpEventsOf = (pages: readonly Page[]): readonly TopUpEvent[] =>
  pages.flatMap((page) =>
    page.entries.flatMap((entry): readonly TopUpEvent[] => {
      if (entry.kind === 'top-up') return succeeded(page, entry)
      if (entry.kind === 'top-up-ended') return ended(page, entry)
      return entry.kind === 'payment-reversal'
        ? stopped(page, { ...entry, amount: entry.credits.abs() as Credits })
        : []
    }),
  )

function succeeded(page: Page, { key, payment, credits, paid, at }: TopUpEntry): readonly TopUpEvent[] {
  const origin = originOfId(key)
  const { account, balance } = page.header
  const amounts = { amount: amountText(credits), paid: paid.toFixed(2), balance: amountText(balance) }
  // The log has it after the account's name.
  const invoice = origin === 'invoice' ? { reference: payment.slice(account.length + 1) } : {}
  return [
    topUpEvent('succeeded', { account, topUp: key, origin, ...amounts, ...invoice }, at),
    ...stopped(page, { key, amount: credits, at }),
  ]
}

function ended(page: Page, entry: TopUpEndedEntry): readonly TopUpEvent[] {
  const { key, of, reason, until, declineCode, wanted, at } = entry
  const { account, balance, topUp } = page.header
  const isDeclined = topUp.kind === 'suspended' && topUp.of === of && topUp.reason === 'declined'
  const data: TopUpEventData = {
    ...{ account, topUp: key, origin: 'automatic', amount: amountText(wanted), reason },
    ...(declineCode !== undefined && { declineCode }),
    ...(until !== undefined && topUp.kind !== 'suspended' && { nextTry: instantText(until) }),
    balance: amountText(balance),
  }
  return [
    topUpEvent(statusOfEnd(reason), data, at),
    ...(isDeclined ? [topUpEvent('suspended', data, at)] : stopped(page, { key, amount: wanted, at })),
  ]
}

/** Money went back, and this page stops automatic top-up for it: at once, or when what was under way has ended. */
function stopped(
  { header }: Page,
  { key, amount, at }: { readonly key: string; readonly amount: Credits; readonly at: Instant },
): readonly TopUpEvent[] {
  const { account, balance, topUp, seq } = header
  if (topUp.kind !== 'suspended' || topUp.of !== topUpPlace(seq, epochOf(header))) return []
  const amounts = { amount: amountText(amount), balance: amountText(balance) }
  const origin = originOfId(key)
  return [topUpEvent('suspended', { account, topUp: key, origin, ...amounts, reason: topUp.reason }, at)]
}

/** Somebody has to pay on a page. */
export const actionRequired = (topUp: TopUp, url: string): TopUpEvent =>
  topUpEvent('action-required', { ...dataOf(topUp), paid: topUp.price.total.toFixed(2), url }, topUp.updatedAt)

/** What a person wanted did not come to a payment: the log never heard of it. */
export const notBought = (topUp: TopUp, status: 'failed' | 'skipped'): TopUpEvent => {
  const { reason, declineCode } = topUp
  const why = { ...(reason !== undefined && { reason }), ...(declineCode !== undefined && { declineCode }) }
  return topUpEvent(status, { ...dataOf(topUp), ...why }, topUp.updatedAt)
}

const dataOf = ({ account, id, origin, credits }: TopUp): TopUpEventData => ({
  account,
  topUp: id,
  origin: origin.kind,
  amount: amountText(credits),
})
