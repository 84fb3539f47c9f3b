import { Problem, problemKinds } from '../../shared/errors/problems.ts'
import { refusal } from '../../shared/errors/refusal.ts'
import { noCatalogue } from '../../shared/pricing/cards/catalogue.ts'
import { decidePublication } from '../../shared/pricing/cards/decide-publication.ts'
import type { RateCard } from '../../shared/pricing/cards/rate-card.ts'
import type { ListRate, RateCardDraft } from '../../shared/pricing/cards/rate-card-draft.ts'
import { putRateCard } from '../../shared/pricing/io/rates-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { isKeyOfDraft } from './rate-card-drafts.ts'
import type { Services } from './services.ts'

/** Lost races in a row before the caller shall try again: nobody publishes that often. */
export const ATTEMPTS = 10

export interface Published {
  readonly card: RateCard
  /** List prices that no markup is for: no price of ours. */
  readonly unmarked: readonly ListRate[]
}

/**
 * Publishes a draft as the next version, once for its actor and Idempotency-Key, whatever crashes in between.
 *
 * The key stands in the manifest. Every attempt reads all manifests before it decides, and a version is only put where
 * none is: so of two attempts for one key the later put fails, decides again, and then finds the card of the earlier.
 *
 * @throws Problem when the draft is refused, or the key has published another card
 */
export async function publishRateCard(
  { cards, rates }: Pick<Services, 'cards' | 'rates'>,
  draft: RateCardDraft,
  now: () => Instant,
): Promise<Published> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const publishedAt = now()
    const catalogue = await cards.catalogue(publishedAt)
    const all = [...catalogue.cards, ...catalogue.withdrawn.map(({ card }) => card)]
    const own = all.find((card) => card.key === draft.key && (card.actor === draft.actor || isKeyOfDraft(card.key)))
    if (own !== undefined) return publishedBefore(draft, own)

    const decision = decidePublication(catalogue, draft, publishedAt)
    if (decision.kind === 'refused') {
      throw refusal('rate-card.refused', decision.faults, 'publish the corrected card with a new Idempotency-Key')
    }
    if ((await putRateCard(rates, decision.card)) === 'published') return decision
  }
  throw tooManyRaces()
}

export const tooManyRaces = (): Problem =>
  new Problem('service.busy', 'others keep publishing; send the same request again', { retryAfterSeconds: 1 })

/** @throws Problem when the draft is not what its key published */
function publishedBefore(draft: RateCardDraft, card: RateCard): Published {
  // Against no other card: what the draft may change was decided then.
  const again = decidePublication(noCatalogue, draft, card.publishedAt)
  if (
    again.kind === 'accepted' &&
    again.card.hash === card.hash &&
    card.effectiveFrom === draft.effectiveFrom &&
    card.note === draft.note
  )
    return { card, unmarked: again.unmarked }
  throw new Problem('idempotency.other-request', problemKinds['idempotency.other-request'].example)
}
