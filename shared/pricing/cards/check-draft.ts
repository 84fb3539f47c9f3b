import type { Instant } from '../../time/instant.ts'
import { type Catalogue, cardInForce } from './catalogue.ts'
import { decidePublication } from './decide-publication.ts'
import { type NeutralChange, neutralChange, type PriceChange, priceChanges } from './price-changes.ts'
import type { RateCard } from './rate-card.ts'
import type { DraftFault, ListRate, RateCardDraft } from './rate-card-draft.ts'

/** What would come of a draft if it were published now. */
export type DraftCheck =
  | { readonly kind: 'refused'; readonly faults: readonly DraftFault[] }
  | {
      readonly kind: 'publishable'
      readonly card: RateCard
      readonly unmarked: readonly ListRate[]
      /** Against the version in force when it takes effect. */
      readonly changes: readonly PriceChange[]
      /** Against the same; `undefined`: the same. */
      readonly neutral: NeutralChange | undefined
    }

export function checkDraft(catalogue: Catalogue, draft: RateCardDraft, now: Instant): DraftCheck {
  const decision = decidePublication(catalogue, draft, now)
  if (decision.kind === 'refused') return decision
  const { card, unmarked } = decision
  const inForce = cardInForce(catalogue.cards, draft.effectiveFrom)
  const [changes, neutral] = [priceChanges(inForce, card), neutralChange(inForce, card)]
  return { kind: 'publishable', card, unmarked, changes, neutral }
}
