import { sha256Hex } from '../digest/sha256.ts'
import { type Instant, instantText } from '../time/instant.ts'
import { variantPairs } from '../usage/variant.ts'
import { cardInForce, NOTICE_MS } from './catalogue.ts'
import { type PublishedRate, type Rate, readRate } from './rate.ts'
import { keyOf, type RateCard, rateCard } from './rate-card.ts'

export interface RateCardDraft {
  readonly effectiveFrom: Instant
  readonly note: string
  readonly actor: string
  readonly key: string
  readonly rates: readonly PublishedRate[]
}

/** What is wrong with a draft; `pointer` is a JSON pointer into it. */
export interface DraftFault {
  readonly pointer: string
  readonly detail: string
}

export type Publication =
  | { readonly kind: 'accepted'; readonly card: RateCard }
  | { readonly kind: 'refused'; readonly faults: readonly DraftFault[] }

/**
 * Decides whether a draft becomes the next version.
 *
 * It may change prices from ten minutes after its publication on. One that starts earlier, also in the past, may only
 * give prices where there were none: what has been charged stays as it was, and no warm function prices with a card it
 * should have replaced (account-log, "Rate-card freshness").
 */
export function decidePublication(cards: readonly RateCard[], draft: RateCardDraft, publishedAt: Instant): Publication {
  const { rates, faults } = readRates(draft.rates)
  if (faults.length > 0) return { kind: 'refused', faults }

  const card = rateCard(
    {
      version: cards.length + 1,
      effectiveFrom: draft.effectiveFrom,
      publishedAt,
      hash: hashOf(draft.rates),
      note: draft.note,
      actor: draft.actor,
      key: draft.key,
    },
    rates,
  )
  const early = draft.effectiveFrom < publishedAt + NOTICE_MS ? changedPrices(card, cards) : []
  if (early.length === 0) return { kind: 'accepted', card }
  const earliest = instantText(publishedAt + NOTICE_MS)
  const detail = `changes the price of ${early.slice(0, 5).join(', ')}${early.length > 5 ? ` and ${early.length - 5} more` : ''}; a change may take effect at the earliest 10 minutes after it is published, from ${earliest} on`
  return { kind: 'refused', faults: [{ pointer: '/effectiveFrom', detail }] }
}

function readRates(published: readonly PublishedRate[]): { rates: readonly Rate[]; faults: readonly DraftFault[] } {
  const rates: Rate[] = []
  const faults: DraftFault[] = []
  const seen = new Map<string, number>()
  published.forEach((one, index) => {
    const read = readRate(one)
    if (read.kind !== 'rate') {
      faults.push({ pointer: `/rates/${index}`, detail: RATE_FAULTS[read.kind] })
      return
    }
    const key = keyOf(read.rate.service, read.rate.variant, read.rate.meter)
    const twin = seen.get(key)
    if (twin !== undefined)
      faults.push({ pointer: `/rates/${index}`, detail: `the same service, variant and meter as /rates/${twin}` })
    seen.set(key, index)
    rates.push(read.rate)
  })
  return { rates, faults }
}

const RATE_FAULTS = {
  inexact:
    'the price of one unit has more than 18 decimals and could not be charged exactly; choose another price or "per"',
  'variant-of-many': 'a variant needs a service of its own; `*` and `vendor/*` have none',
}

/** The prices in force that `card` would change from its `effectiveFrom` until the next version takes over. */
function changedPrices(card: RateCard, cards: readonly RateCard[]): readonly string[] {
  const before = cardInForce(cards, card.effectiveFrom)
  if (before === undefined) return []
  const changed = new Set<string>()
  for (const rate of [...before.rates, ...card.rates]) {
    const old = before.rateFor(rate.service, rate.variant, rate.meter)
    const next = card.rateFor(rate.service, rate.variant, rate.meter)
    if (old !== undefined && !next?.perUnit.eq(old.perUnit)) changed.add(nameOf(rate))
  }
  return [...changed]
}

function nameOf({ service, meter, variant }: Rate): string {
  const pairs = Object.entries(variantPairs(variant) ?? {}).map(([name, value]) => `${name}=${value}`)
  return [service, ...pairs, meter].join(' ')
}

const hashOf = (rates: readonly PublishedRate[]): string => sha256Hex(JSON.stringify(rates))
