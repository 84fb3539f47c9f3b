import { type DomainEvent, domainEvent } from '../../events/domain-event.ts'
import type { Grant, UpgradeDecisionEntry, UpgradeRequestEntry } from '../../ledger/entries/limits.ts'
import type { Page } from '../../ledger/page/page.ts'
import { type AmountText, amountText } from '../../money/amounts.ts'
import type { Window } from '../../time/window.ts'
import type { Category } from '../../usage/meters.ts'

/** The published events of upgrade requests. `approved`: something was granted, the request or something else. */
export const upgradeEventKinds = ['filed', 'approved', 'rejected'] as const
type UpgradeEventKind = (typeof upgradeEventKinds)[number]

/** One of the two, or none: nothing. */
interface GrantText {
  readonly tier?: string
  readonly amount?: AmountText
}

interface UpgradeEventData {
  readonly account: string
  readonly request: string
  readonly user: string
  readonly category: Category
  /** The end of the grant, unless it is a tier. */
  readonly window: Window
  /** Of a request. */
  readonly wish?: GrantText | undefined
  readonly reason?: string | undefined
  /** Of a decision. */
  readonly granted?: GrantText | undefined
  readonly word?: string | undefined
  /** Who filed or decided it. */
  readonly by: string
}

export type UpgradeEvent = DomainEvent & { readonly data: UpgradeEventData }

/** The events of upgrade requests in these pages. Each request is filed once and decided at most once, so a repeated event has the same id. */
export const upgradeEventsOf = (pages: readonly Page[]): readonly UpgradeEvent[] =>
  pages.flatMap(({ header: { account }, entries }) =>
    entries.flatMap((entry): readonly UpgradeEvent[] => {
      if (entry.kind === 'upgrade-request') return [filed(account, entry)]
      return entry.kind === 'upgrade-decision' ? [decided(account, entry)] : []
    }),
  )

function filed(account: string, { id, user, category, window, wish, reason, actor, at }: UpgradeRequestEntry) {
  const data = { account, request: id, user, category, window, wish: grantText(wish), reason, by: actor }
  return upgradeEvent('filed', data, at)
}

function decided(account: string, { id, user, category, window, granted, word, actor, at }: UpgradeDecisionEntry) {
  const kind = granted.kind === 'nothing' ? 'rejected' : 'approved'
  const what = { granted: grantText(granted), word }
  return upgradeEvent(kind, { account, request: id, user, category, window, ...what, by: actor }, at)
}

const upgradeEvent = (kind: UpgradeEventKind, data: UpgradeEventData, at: number): UpgradeEvent =>
  domainEvent(`groschen.upgrade-request.${kind}`, {
    id: `${data.account}#${data.request}#${kind}`,
    subject: data.account,
    at,
    data,
  })

function grantText(grant: Grant): GrantText {
  if (grant.kind === 'tier') return { tier: grant.tier }
  return grant.kind === 'amount' ? { amount: amountText(grant.credits) } : {}
}
