import { decidePublication, type RateCardDraft } from '../../shared/rates/decide-publication.ts'
import type { RateCard } from '../../shared/rates/rate-card.ts'
import { putRateCard } from '../../shared/store/rates-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { Problem, problemKinds } from './problems.ts'
import { refusal } from './refusal.ts'
import type { Services } from './services.ts'

/** Lost races in a row before the caller shall try again: nobody publishes that often. */
const ATTEMPTS = 10

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
): Promise<RateCard> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const publishedAt = now()
    const published = await cards.all(publishedAt)
    const own = published.find((card) => card.key === draft.key && card.actor === draft.actor)
    if (own !== undefined) return assertSame(published, draft, own)

    const decision = decidePublication(published, draft, publishedAt)
    if (decision.kind === 'refused') {
      throw refusal('rate-card.refused', decision.faults, 'publish the corrected card with a new Idempotency-Key')
    }
    if ((await putRateCard(rates, decision.card)) === 'published') return decision.card
  }
  throw new Problem('service.busy', 'others keep publishing; send the same request again', { retryAfterSeconds: 1 })
}

/** Decided again as it was then, the draft must give the card that its key published. */
function assertSame(published: readonly RateCard[], draft: RateCardDraft, own: RateCard): RateCard {
  const before = published.filter((card) => card.version < own.version)
  const again = decidePublication(before, draft, own.publishedAt)
  if (
    again.kind === 'accepted' &&
    again.card.hash === own.hash &&
    again.card.effectiveFrom === own.effectiveFrom &&
    again.card.note === own.note
  ) {
    return own
  }
  throw new Problem('idempotency.other-request', problemKinds['idempotency.other-request'].example)
}
