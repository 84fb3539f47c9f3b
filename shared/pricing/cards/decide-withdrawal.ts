import { instantText } from '../../time/instant.ts'
import { type Catalogue, NOTICE_MS, type Withdrawal } from './catalogue.ts'

export type WithdrawalDecision =
  | { readonly kind: 'accepted'; readonly withdrawal: Withdrawal }
  | { readonly kind: 'withdrawn-before'; readonly withdrawal: Withdrawal }
  | { readonly kind: 'no-such-version' }
  /** It is in force, or will be before everybody knows; `detail` says since when. */
  | { readonly kind: 'too-late'; readonly detail: string }

/**
 * Decides whether a version may be taken back: only one that takes effect in ten minutes or later, since a withdrawal
 * changes prices as a publication does (account-log, "Rate-card freshness").
 */
export function decideWithdrawal(
  { cards, withdrawn, latest }: Pick<Catalogue, 'cards' | 'withdrawn' | 'latest'>,
  { of, at, actor, reason, key }: Omit<Withdrawal, 'version'>,
): WithdrawalDecision {
  const before = withdrawn.find(({ card }) => card.version === of)
  if (before !== undefined) return { kind: 'withdrawn-before', withdrawal: before.withdrawal }
  const card = cards.find(({ version }) => version === of)
  if (card === undefined) return { kind: 'no-such-version' }
  if (card.effectiveFrom < at + NOTICE_MS) {
    const from = instantText(card.effectiveFrom)
    return {
      kind: 'too-late',
      detail: `version ${of} prices usage from ${from} on; only one that takes effect in ten minutes or later can be withdrawn; publish a corrected version instead`,
    }
  }
  return { kind: 'accepted', withdrawal: { of, version: latest + 1, at, actor, reason, key } }
}
