import { type Amount, amount } from './amount.ts'

/** A rate as published (contracts, "Rate card"). */
export interface PlainRate {
  readonly service: string
  readonly meter: string
  readonly variant?: Readonly<Record<string, string>>
  readonly per: string
  readonly price: string
  readonly currency: 'EUR'
  readonly unlistedVariant?: 'base'
}

/** What a card says beside its version: prices, and what a variant may say without changing one. */
export interface PlainContent {
  readonly rates: readonly PlainRate[]
  readonly priceNeutralVariants: readonly { readonly name: string; readonly meters?: readonly string[] }[]
}

export interface PlainCard extends PlainContent {
  readonly version: number
  readonly effectiveFrom: number
  /** When its publisher decided on it, and when anybody could read it, by the true clock. */
  readonly publishedAt: number
  readonly visibleAt: number
  /** When its publisher decided on it, by his own clock: it stands in the card. */
  readonly statedAt: number
}

export interface PlainUsage {
  readonly service: string
  /** As `variantText` writes it. */
  readonly variant: string
  /** Canonical decimals. */
  readonly quantities: Readonly<Record<string, string>>
}

const CREDITS_PER_EURO = 100n

/** The card in force at a time: the latest `effectiveFrom` not after it; of equal ones the higher version. */
export function cardAt(cards: readonly PlainCard[], time: number): PlainCard | undefined {
  return cards
    .filter((card) => card.effectiveFrom <= time)
    .sort((a, b) => b.effectiveFrom - a.effectiveFrom || b.version - a.version)[0]
}

/** A card that is dated back changes no price before this has passed since its publication. */
const NOTICE_MS = 10 * 60_000

/**
 * What usage costs at its own time: by the card in force then; where that was published later than ten minutes before, by
 * those before it, if they have a price for all of it.
 */
export function costAt(usage: PlainUsage, cards: readonly PlainCard[], time: number): Amount | undefined {
  const card = cardAt(cards, time)
  if (card === undefined || time >= card.statedAt + NOTICE_MS) return costOf(usage, card)
  const earlier = cards.filter(({ version }) => version < card.version)
  return costAt(usage, earlier, time) ?? costOf(usage, card)
}

/** What usage costs, in credits; `undefined` when a meter of which there is more than nothing has no rate. */
export function costOf(usage: PlainUsage, card: PlainCard | undefined): Amount | undefined {
  if (card === undefined) return undefined
  let total = 0n
  for (const [meter, quantity] of Object.entries(usage.quantities)) {
    if (amount(quantity) === 0n) continue
    const rate = rateOf(card, usage, meter)
    if (rate === undefined) return undefined
    const cost = amount(rate.price) * CREDITS_PER_EURO * amount(quantity)
    const per = amount(rate.per)
    if (cost % per !== 0n) throw new Error(`a rate that can't be charged exactly: ${JSON.stringify(rate)}`)
    total += cost / per
  }
  return total
}

/**
 * The service's own rate for the variant; else its rate without one; else that of the vendor or of everything. For a
 * variant that has no rate of its own the last three count only where they say `base`; one of vendor or everything counts
 * beside listed variants only for usage without any, and only where it says `base`.
 */
function rateOf(card: PlainCard, usage: PlainUsage, meter: string): PlainRate | undefined {
  const { service } = usage
  const variant = variantThatCounts(card, usage, meter)
  const own = card.rates.filter((rate) => rate.service === service && rate.meter === meter)
  const exact = own.find((rate) => variantText(rate.variant) === variant)
  if (exact !== undefined) return exact
  const plain = own.find((rate) => rate.variant === undefined)
  if (plain !== undefined) return plain.unlistedVariant === 'base' ? plain : undefined
  const general = [`${service.split('/')[0]}/*`, '*']
    .map((name) => card.rates.find((rate) => rate.service === name && rate.meter === meter))
    .find((rate) => rate !== undefined)
  const isListed = own.length > 0
  const isNamed = variant !== ''
  if (isListed && isNamed) return undefined
  return general?.unlistedVariant === 'base' || (!isListed && !isNamed) ? general : undefined
}

/** Without pairs that the card calls neutral, and names that the service lists for meters of another kind alone. */
function variantThatCounts(card: PlainCard, { service, variant }: PlainUsage, meter: string): string {
  if (variant === '') return ''
  const isNeutral = (name: string): boolean =>
    card.priceNeutralVariants.some((one) => one.name === name && (one.meters?.includes(meter) ?? true))
  const isElsewhere = (name: string): boolean => {
    const listing = card.rates.filter((rate) => rate.service === service && rate.variant?.[name] !== undefined)
    return listing.length > 0 && listing.every((rate) => !isSameKind(rate.meter, meter))
  }
  const pairs = JSON.parse(variant) as [string, string][]
  return variantText(Object.fromEntries(pairs.filter(([name]) => !isNeutral(name) && !isElsewhere(name))))
}

const isSameKind = (a: string, b: string): boolean => a === b || (a.endsWith('_tokens') && b.endsWith('_tokens'))

export const variantText = (variant: Readonly<Record<string, string>> | undefined): string =>
  variant === undefined || Object.keys(variant).length === 0
    ? ''
    : JSON.stringify(Object.entries(variant).sort(([a], [b]) => (a < b ? -1 : 1)))
