import { type DomainEvent, domainEvent } from '../events/domain-event.ts'
import type { TopUpEndedEntry, TopUpEntry } from '../ledger/entries/top-up.ts'
import { epochOf, type Page, type PageHeader } from '../ledger/page/page.ts'
import { type SuspendReason, type TopUpState, topUpPlace } from '../ledger/tally/top-up-state.ts'
import { type AmountText, amountText, type Credits, noCredits } from '../money/amounts.ts'
import { type Instant, instantText } from '../time/instant.ts'
import { automaticId, type EndReason, type Origin, originOfId, statusOfEnd, type TopUp } from './top-up.ts'
import { stopsIn, type TopUpStop } from './top-up-stops.ts'

/** The published events of top-ups. */
export const topUpEventKinds = ['succeeded', 'failed', 'skipped', 'action-required', 'suspended'] as const
type TopUpEventKind = (typeof topUpEventKinds)[number]

export interface TopUpEventData {
  readonly account: string
  readonly topUp: string
  readonly origin: Origin['kind']
  /** The credits bought, or wanted; where a refund or dispute stops automatic top-up, those taken for it. */
  readonly amount: AmountText
  /** Euros, with tax and fee; of one that was paid, or has to be. */
  readonly paid?: string
  readonly reason?: EndReason | SuspendReason | 'reconciling' | undefined
  readonly declineCode?: string | undefined
  readonly nextTry?: string | undefined
  /** Of an invoice, its number: `paid` is its amount, which may not be paid yet. */
  readonly reference?: string
  /** Where a person pays. */
  readonly url?: string
  /** After it. */
  readonly balance?: AmountText
  /** Of `suspended`: the state that automatic top-up shows. Where it is off, or a purchase is on its way, it is stopped too. */
  readonly state?: TopUpState['kind']
}

export type TopUpEvent = DomainEvent & { readonly data: TopUpEventData }

/** The event's id, the same for each repeat. @param cause of an outcome that one top-up may have several times */
const topUpEvent = (kind: TopUpEventKind, data: TopUpEventData, at: Instant, cause?: string): TopUpEvent =>
  domainEvent(`groschen.top-up.${kind}`, {
    id: [data.account, data.topUp, kind, ...(cause === undefined ? [] : [cause])].join('#'),
    subject: data.account,
    at,
    data,
  })

/**
 * The events of top-ups in these pages: each outcome in the log, so that no outcome is forgotten after a loss elsewhere, and each refund or
 * dispute that stops automatic top-up, at once, also while it is off.
 *
 * @param before the header of the page before the first of them; `undefined`: they begin with page 1
 */
export const topUpEventsOf = (
  before: Pick<PageHeader, 'topUp' | 'tally'> | undefined,
  pages: readonly Page[],
): readonly TopUpEvent[] =>
  pages.flatMap((page, place) => {
    const last = place === 0 ? before : pages[place - 1]?.header
    return [
      ...page.entries.flatMap((entry): readonly TopUpEvent[] => {
        if (entry.kind === 'top-up') return succeeded(page, entry)
        return entry.kind === 'top-up-ended' ? ended(page, entry) : []
      }),
      ...stopsIn(last?.tally?.stopped, page).map((stop) => stopped(page, stop)),
      ...reconciling(page),
    ]
  })

/** From this page on automatic top-up waits until the restored log is reconciled: it buys nothing, at any balance. */
function reconciling({ header }: Page): readonly TopUpEvent[] {
  const { account, balance, topUp, seq, writtenAt } = header
  const place = topUpPlace(seq, epochOf(header))
  if (topUp.kind !== 'reconciling' || topUp.of !== place) return []
  const amounts = { amount: amountText(noCredits), balance: amountText(balance) }
  const data = { account, topUp: automaticId(place), origin: 'automatic', ...amounts, reason: 'reconciling' } as const
  return [topUpEvent('suspended', data, writtenAt)]
}

function succeeded(page: Page, { key, payment, credits, paid, at }: TopUpEntry): readonly TopUpEvent[] {
  const origin = originOfId(key)
  const { account, balance, topUp } = page.header
  const amounts = { amount: amountText(credits), paid: paid.toFixed(2), balance: amountText(balance) }
  const next = topUp.kind === 'waiting' ? { nextTry: instantText(topUp.until) } : {}
  // The log has it after the account's name.
  const invoice = origin === 'invoice' ? { reference: payment.slice(account.length + 1) } : {}
  return [topUpEvent('succeeded', { account, topUp: key, origin, ...amounts, ...next, ...invoice }, at)]
}

function ended(page: Page, entry: TopUpEndedEntry): readonly TopUpEvent[] {
  const { key, of, reason, until, declineCode, wanted, at } = entry
  const { account, balance, topUp } = page.header
  const isDeclined = topUp.kind === 'suspended' && topUp.of === of && topUp.reason === 'declined'
  const data: TopUpEventData = {
    account,
    topUp: key,
    origin: 'automatic',
    amount: amountText(wanted),
    reason,
    declineCode,
    nextTry: until === undefined || topUp.kind === 'suspended' ? undefined : instantText(until),
    balance: amountText(balance),
  }
  return [
    topUpEvent(statusOfEnd(reason), data, at),
    ...(isDeclined ? [topUpEvent('suspended', { ...data, state: 'suspended' }, at)] : []),
  ]
}

/** Named by what stopped it: one top-up may be refunded in parts, and an admin may let it go on in between. */
function stopped({ header }: Page, { entry, reason }: TopUpStop): TopUpEvent {
  const { account, balance, topUp } = header
  const { key, credits, taking, at } = entry
  const amounts = { amount: amountText(credits.abs() as Credits), balance: amountText(balance) }
  const data = { account, topUp: key, origin: originOfId(key), ...amounts, reason, state: topUp.kind }
  return topUpEvent('suspended', data, at, taking)
}

/** The payer has to pay on a page. */
export const actionRequired = (topUp: TopUp, url: string): TopUpEvent =>
  topUpEvent('action-required', { ...dataOf(topUp), paid: topUp.price.total.toFixed(2), url }, topUp.updatedAt)

/** A purchase by hand that ended without a payment: the log has no entry of it. */
export const notBought = (topUp: TopUp, status: 'failed' | 'skipped'): TopUpEvent => {
  const { reason, declineCode } = topUp
  return topUpEvent(status, { ...dataOf(topUp), reason, declineCode }, topUp.updatedAt)
}

const dataOf = ({ account, id, origin, credits }: TopUp): TopUpEventData => ({
  account,
  topUp: id,
  origin: origin.kind,
  amount: amountText(credits),
})
