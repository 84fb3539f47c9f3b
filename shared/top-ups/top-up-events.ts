import { type DomainEvent, domainEvent } from '../events/domain-event.ts'
import { type AmountText, amountText, type Credits } from '../money/amounts.ts'
import { type Instant, instantText } from '../time/instant.ts'
import type { EndReason, Origin, TopUp } from './top-up.ts'

/** What others get to hear of a top-up. */
export const topUpEventKinds = ['succeeded', 'failed', 'skipped', 'action-required', 'suspended'] as const
export type TopUpEventKind = (typeof topUpEventKinds)[number]

export interface TopUpEventData {
  readonly account: string
  readonly topUp: string
  readonly origin: Origin['kind']
  /** The credits bought, or wanted. */
  readonly amount: AmountText
  /** Euros, with tax and fee: paid, or asked for. */
  readonly price: string
  readonly reason?: EndReason
  readonly declineCode?: string
  readonly nextTry?: string
  /** Where a person pays. */
  readonly url?: string
  /** After the credits. */
  readonly balance?: AmountText
}

export type TopUpEvent = DomainEvent & { readonly data: TopUpEventData }

/** A top-up's outcome as others get to see it: the same id however often it is told, one for each outcome. */
export function topUpEvent(
  kind: TopUpEventKind,
  topUp: TopUp,
  { at, url, balance }: { readonly at: Instant; readonly url?: string; readonly balance?: Credits },
): TopUpEvent {
  const { account, id, origin, credits, price, reason, declineCode, nextTry } = topUp
  const isOver = kind === 'failed' || kind === 'skipped' || kind === 'suspended'
  return domainEvent(`groschen.top-up.${kind}`, {
    id: `${account}#${id}#${kind}`,
    subject: account,
    at,
    data: {
      account,
      topUp: id,
      origin: origin.kind,
      amount: amountText(credits),
      price: price.total.toFixed(2),
      ...(isOver && reason !== undefined && { reason }),
      ...(isOver && declineCode !== undefined && { declineCode }),
      ...(isOver && nextTry !== undefined && { nextTry: instantText(nextTry) }),
      ...(url !== undefined && { url }),
      ...(balance !== undefined && { balance: amountText(balance) }),
    },
  })
}
