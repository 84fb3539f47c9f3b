import { Problem, problemKinds } from '../../errors/problems.ts'
import { refusal } from '../../errors/refusal.ts'
import type { Instant } from '../../time/instant.ts'
import { decideWithdrawal, noCatalogue, type Withdrawal } from '../cards/catalogue.ts'
import { decidePublication } from '../cards/decide-publication.ts'
import type { RateCard } from '../cards/rate-card.ts'
import type { ListRate, RateCardDraft } from '../cards/rate-card-draft.ts'
import type { PublishedCards } from './published-cards.ts'
import { putRateCard, putWithdrawal, type RatesTable } from './rates-table.ts'

/** What the keys of published drafts begin with: any actor who publishes the draft again finds its card. It has a space, as no Idempotency-Key has. */
export const DRAFT_KEY = 'draft '

/** Publications that may come between before the caller shall try again. */
const ATTEMPTS = 10

export interface Published {
  readonly card: RateCard
  /** List prices that no markup is for: not published as prices. */
  readonly unmarked: readonly ListRate[]
}

export interface PublicationPorts {
  readonly cards: PublishedCards
  readonly rates: RatesTable
}

/**
 * Publishes a draft as the next version, once for its actor and Idempotency-Key, also after crashes.
 *
 * The key stands in the manifest. Every attempt reads all manifests before it decides, and puts a version only where none
 * is: so of two attempts for one key the later put fails, decides again, and then finds the card of the earlier.
 *
 * @throws Problem when the draft is refused, or the key has published another card
 */
export async function publishRateCard(
  { cards, rates }: PublicationPorts,
  draft: RateCardDraft,
  now: () => Instant,
): Promise<Published> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const publishedAt = now()
    const catalogue = await cards.catalogue(publishedAt)
    const all = [...catalogue.cards, ...catalogue.withdrawn.map(({ card }) => card)]
    const own = all.find(
      (card) => card.key === draft.key && (card.actor === draft.actor || card.key.startsWith(DRAFT_KEY)),
    )
    if (own !== undefined) return publishedBefore(draft, own)

    const decision = decidePublication(catalogue, draft, publishedAt)
    if (decision.kind === 'refused')
      throw refusal('rate-card.refused', decision.faults, 'publish the corrected card with a new Idempotency-Key')
    if ((await putRateCard(rates, decision.card)) === 'published') return decision
  }
  throw tooManyRaces()
}

/** @throws Problem when the draft differs from the one that its key published */
function publishedBefore(draft: RateCardDraft, card: RateCard): Published {
  // Against no other card: whether the draft may change prices was decided then.
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

/** Withdraws a version that has not taken effect; a version withdrawn before keeps its withdrawal. @throws Problem */
export async function withdrawRateCard(
  { cards, rates }: PublicationPorts,
  asked: Omit<Withdrawal, 'version' | 'at'>,
  now: () => Instant,
): Promise<Withdrawal> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const at = now()
    const decision = decideWithdrawal(await cards.catalogue(at), { ...asked, at })
    switch (decision.kind) {
      case 'withdrawn-before':
        return decision.withdrawal
      case 'no-such-version':
        throw new Problem('rate-card.not-found', `there is no version ${asked.of}; GET /v1/rate-cards lists them`)
      case 'too-late':
        throw new Problem('rate-card.in-force', decision.detail)
      case 'accepted':
        if ((await putWithdrawal(rates, decision.withdrawal)) === 'published') return decision.withdrawal
    }
  }
  throw tooManyRaces()
}

const tooManyRaces = (): Problem =>
  new Problem('service.busy', 'others keep publishing; send the same request again', { retryAfterSeconds: 1 })
