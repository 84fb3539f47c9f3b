import { type Instant, instantText } from '../../time/instant.ts'
import { isGeneral, mayApply, scopeOf, withMarkup } from '../rates/markup.ts'
import { isPriceNeutral, keyOfNeutral } from '../rates/price-neutral-variant.ts'
import { checkRate, faultText, type PublishedRate, type Rate, readRate } from '../rates/rate.ts'
import { type Catalogue, NOTICE_MS } from './catalogue.ts'
import { type CompiledRate, compileRates, ENDLESS_MARKUP } from './compile-rates.ts'
import { pricesNeedingNotice } from './prices-needing-notice.ts'
import { hashOfCard, keyOfRate, type RateCard, rateCard } from './rate-card.ts'
import type { DraftFault, ListRate, RateCardDraft } from './rate-card-draft.ts'

export type Publication =
  /** `unmarked`: list prices without a markup rule, which make no rate. */
  | { readonly kind: 'accepted'; readonly card: RateCard; readonly unmarked: readonly ListRate[] }
  | { readonly kind: 'refused'; readonly faults: readonly DraftFault[] }

/**
 * Decides whether a draft becomes the next version.
 *
 * It may change prices from ten minutes after its publication on. One that starts earlier, also in the past, may only
 * give prices where there were none: what has been charged stays as it was, and no warm function prices with a card it
 * should have replaced (account-log, "Rate-card freshness").
 */
export function decidePublication(
  { cards, latest }: Pick<Catalogue, 'cards' | 'latest'>,
  draft: RateCardDraft,
  publishedAt: Instant,
): Publication {
  const compiled = compileRates(draft)
  const { rates, faults: rateFaults } = readRates(compiled.rates)
  const published = compiled.rates.map(({ rate }) => rate)
  const faults = [
    ...compiled.faults,
    ...rateFaults,
    ...aliasFaults(draft.aliases, published),
    ...layerFaults(draft.layers, published),
    ...neutralFaults(draft.priceNeutralVariants, compiled.rates),
  ]
  if (faults.length > 0) return { kind: 'refused', faults }
  if (rates.length > LARGEST_CARD) return { kind: 'refused', faults: [{ pointer: '', detail: TOO_MANY }] }
  if (rates.length === 0) return { kind: 'refused', faults: [{ pointer: '/rates', detail: NO_PRICE }] }

  const card = rateCard(
    {
      version: latest + 1,
      effectiveFrom: draft.effectiveFrom,
      publishedAt,
      hash: hashOfCard({ ...draft, rates }),
      note: draft.note,
      actor: draft.actor,
      key: draft.key,
      priceNeutralVariants: draft.priceNeutralVariants,
    },
    rates,
    draft.aliases,
    draft.layers,
  )
  const early = draft.effectiveFrom < publishedAt + NOTICE_MS ? pricesNeedingNotice(card, cards) : []
  if (early.length === 0) return { kind: 'accepted', card, unmarked: compiled.unmarked }
  const earliest = instantText(publishedAt + NOTICE_MS)
  const detail = `changes the price of ${early.slice(0, 5).join(', ')}${early.length > 5 ? ` and ${early.length - 5} more` : ''}; a change may take effect at the earliest 10 minutes after it is published, from ${earliest} on`
  return { kind: 'refused', faults: [{ pointer: '/effectiveFrom', detail }] }
}

/** All models of all known vendors are some thousand; an answer with all of them stays below what AWS lets a function answer. */
const LARGEST_CARD = 10_000
const TOO_MANY = `rates and list prices are more than ${LARGEST_CARD} together; leave out unused ones`

/** Each is worked out and checked when a version is published: in some seconds, not in minutes. */
const MARKED_PRICES = 50_000

const NO_PRICE =
  'the card would have no price at all: give rates, or list prices with a markup rule or a defaultPercent'

function readRates(compiled: readonly CompiledRate[]): { rates: readonly Rate[]; faults: readonly DraftFault[] } {
  const rates: Rate[] = []
  const faults: DraftFault[] = []
  const seen = new Map<string, string>()
  for (const { rate: published, pointer } of compiled) {
    const read = checkRate(published)
    if (read.kind !== 'rate') {
      faults.push({ pointer, detail: faultText(read.kind, published) })
      continue
    }
    const key = keyOfRate(read.rate)
    const twin = seen.get(key)
    if (twin !== undefined) faults.push({ pointer, detail: `the same service, variant and meter as ${twin}` })
    seen.set(key, pointer)
    rates.push(read.rate)
  }
  return { rates, faults }
}

/** An alias is no service with rates of its own, stands once, and leads straight to a service that has some. */
function aliasFaults(aliases: RateCardDraft['aliases'], rates: readonly PublishedRate[]): readonly DraftFault[] {
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

/** Each currency and each scope of markups stands once, and every price that a markup makes can be charged exactly. */
function layerFaults(
  { exchangeRates, markups }: RateCardDraft['layers'],
  rates: readonly PublishedRate[],
): readonly DraftFault[] {
  let checked = 0
  const listed = rates.flatMap(({ basis, ...rate }) => (basis === undefined ? [] : [{ ...rate, basis }]))
  return [
    ...twins(
      'exchangeRates',
      exchangeRates.map(({ currency }) => currency),
    ),
    ...twins('markups', markups.map(scopeOf)),
    ...markups.flatMap((markup, place) => {
      if (isGeneral(markup)) return []
      const marked = listed.filter((rate) => mayApply(markup, rate))
      checked += marked.length
      if (checked > MARKED_PRICES) return checked - marked.length > MARKED_PRICES ? [] : [tooManyMarked(place)]
      for (const rate of marked) {
        const priced = withMarkup(rate, markup)
        const read = priced && readRate(priced)
        if (read?.kind === 'rate') continue
        const why = priced && read ? faultText(read.kind, priced) : ENDLESS_MARKUP
        return [{ pointer: `/markups/${place}`, detail: `for ${rate.service} ${rate.meter}: ${why}` }]
      }
      return []
    }),
  ]
}

/** Each stands once, and no rate is for a variant that is never looked up. */
function neutralFaults(
  neutral: RateCardDraft['priceNeutralVariants'],
  compiled: readonly CompiledRate[],
): readonly DraftFault[] {
  const useless = compiled.filter(({ rate }) =>
    Object.entries(rate.variant ?? {}).some((pair) => isPriceNeutral(neutral, pair, rate.meter)),
  )
  return [
    ...twins('priceNeutralVariants', neutral.map(keyOfNeutral)),
    ...useless.map(({ pointer }) => ({ pointer, detail: NEVER_LOOKED_UP })),
  ]
}

const NEVER_LOOKED_UP =
  'its variant has a pair that priceNeutralVariants lists as one that never changes a price, so no usage would find this rate'

const tooManyMarked = (place: number): DraftFault => ({
  pointer: `/markups/${place}`,
  detail: `with this one the markups for accounts and categories make more than ${MARKED_PRICES} prices; narrow them to vendors or services`,
})

const twins = (list: string, keys: readonly string[]): readonly DraftFault[] =>
  keys.flatMap((key, place) => {
    const first = keys.indexOf(key)
    return first === place ? [] : [{ pointer: `/${list}/${place}`, detail: `stands for the same as /${list}/${first}` }]
  })
