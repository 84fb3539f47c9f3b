import { type Amount, amount } from './amount.ts'

/** A rate as published (contracts, "Rate card"). */
export interface PlainRate {
  readonly service: string
  readonly meter: string
  readonly variant?: Readonly<Record<string, string>>
  readonly per: string
  readonly price: string
  readonly currency: 'EUR'
}

export interface PlainCard {
  readonly version: number
  readonly effectiveFrom: number
  /** When its publisher decided on it, and when anybody could read it, by the true clock. */
  readonly publishedAt: number
  readonly visibleAt: number
  readonly rates: readonly PlainRate[]
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

/** What usage costs, in credits; `undefined` when one of its meters has no rate. */
export function costOf(usage: PlainUsage, card: PlainCard | undefined): Amount | undefined {
  if (card === undefined) return undefined
  let total = 0n
  for (const [meter, quantity] of Object.entries(usage.quantities)) {
    const rate = rateOf(card, usage, meter)
    if (rate === undefined) return undefined
    const cost = amount(rate.price) * CREDITS_PER_EURO * amount(quantity)
    const per = amount(rate.per)
    if (cost % per !== 0n) throw new Error(`a rate that can't be charged exactly: ${JSON.stringify(rate)}`)
    total += cost / per
  }
  return total
}

/** Service with variant, service, vendor, everything. */
function rateOf(card: PlainCard, { service, variant }: PlainUsage, meter: string): PlainRate | undefined {
  const find = (name: string, of: string) =>
    card.rates.find((rate) => rate.service === name && rate.meter === meter && variantText(rate.variant) === of)
  const vendor = service.includes('/') ? find(`${service.split('/')[0]}/*`, '') : undefined
  return find(service, variant) ?? find(service, '') ?? vendor ?? find('*', '')
}

export const variantText = (variant: Readonly<Record<string, string>> | undefined): string =>
  variant === undefined ? '' : JSON.stringify(Object.entries(variant).sort(([a], [b]) => (a < b ? -1 : 1)))
