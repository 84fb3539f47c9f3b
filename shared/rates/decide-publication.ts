import { sha256Hex } from '../digest/sha256.ts'
import { type Instant, instantText } from '../time/instant.ts'
import { variantPairs } from '../usage/variant.ts'
import type { Alias } from './alias.ts'
import { cardInForce, NOTICE_MS } from './catalogue.ts'
import { checkRate, isSamePrice, type PublishedRate, type Rate, type RateFault } from './rate.ts'
import { keyOf, type RateCard, rateCard } from './rate-card.ts'

export interface RateCardDraft {
  readonly effectiveFrom: Instant
  readonly note: string
  readonly actor: string
  readonly key: string
  readonly rates: readonly PublishedRate[]
  readonly aliases: readonly Alias[]
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
  const { rates, faults: rateFaults } = readRates(draft.rates)
  const faults = [...rateFaults, ...aliasFaults(draft)]
  if (faults.length > 0) return { kind: 'refused', faults }

  const card = rateCard(
    {
      version: cards.length + 1,
      effectiveFrom: draft.effectiveFrom,
      publishedAt,
      hash: hashOf(draft),
      note: draft.note,
      actor: draft.actor,
      key: draft.key,
    },
    rates,
    draft.aliases,
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
    const read = checkRate(one)
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

const RATE_FAULTS: Readonly<Record<RateFault, string>> = {
  inexact:
    'the price of one unit has more than 18 decimals and could not be charged exactly; choose another price or "per"',
  'tiers-without-measure': 'tiers and tiersBy belong together: one says the prices, the other what is compared',
  'tiers-out-of-order': 'each tier has to begin above the one before it',
  'slices-of-other-meters': 'slices are cut by the meter of the rate itself; only "scope": "event" can look at others',
  'packages-in-tiers': 'whole packages and tiers can not be combined',
  'not-from-basis': 'the price is not listPrice × exchangeRate × (1 + markupPercent / 100), to the last digit',
  'variant-of-many': 'a variant needs a service of its own; `*` and `vendor/*` have none',
}

/** The prices in force that `card` would change from its `effectiveFrom` until the next version takes over. */
function changedPrices(card: RateCard, cards: readonly RateCard[]): readonly string[] {
  const before = cardInForce(cards, card.effectiveFrom)
  if (before === undefined) return []
  const changed = new Set<string>()
  const namesOf = otherNames([...before.aliases, ...card.aliases])
  for (const rate of [...before.rates, ...card.rates]) {
    for (const service of [rate.service, ...namesOf(rate.service)]) {
      const old = before.rateFor({ account: '', category: 'other', service, variant: rate.variant }, rate.meter)
      const next = card.rateFor({ account: '', category: 'other', service, variant: rate.variant }, rate.meter)
      if (old !== undefined && (next === undefined || !isSamePrice(old, next)))
        changed.add(nameOf({ ...rate, service }))
    }
  }
  return [...changed]
}

/** Names that may get a rate by an alias: with a rate for everything or a vendor, any of them. */
function otherNames(aliases: readonly Alias[]): (service: string) => readonly string[] {
  const all = aliases.map(({ alias }) => alias)
  const byService = Map.groupBy(aliases, ({ service }) => service)
  return (service) => (service.endsWith('*') ? all : (byService.get(service) ?? []).map(({ alias }) => alias))
}

/** An alias is no service with rates of its own, stands once, and leads straight to a service that has some. */
function aliasFaults({ aliases, rates }: RateCardDraft): readonly DraftFault[] {
  const services = new Set(rates.map(({ service }) => service))
  const seen = new Map<string, number>()
  return aliases.flatMap(({ alias, service }, index) => {
    const twin = seen.get(alias)
    seen.set(alias, index)
    const details = [
      ...(services.has(alias) ? [`${alias} has rates of its own, so it can't be an alias`] : []),
      ...(services.has(service) && !service.endsWith('*') ? [] : [`no rate names ${service}`]),
      ...(twin === undefined ? [] : [`the same alias as /aliases/${twin}`]),
    ]
    return details.map((detail) => ({ pointer: `/aliases/${index}`, detail }))
  })
}

function nameOf({ service, meter, variant }: Pick<Rate, 'service' | 'meter' | 'variant'>): string {
  const pairs = Object.entries(variantPairs(variant) ?? {}).map(([name, value]) => `${name}=${value}`)
  return [service, ...pairs, meter].join(' ')
}

/** Of a card without aliases: of its rates alone, as ever. */
const hashOf = ({ rates, aliases }: RateCardDraft): string =>
  sha256Hex(JSON.stringify(aliases.length === 0 ? rates : { rates, aliases }))
