import type { Category, Meter } from '../../usage/meters.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { chooseRateForVariant, type FoundRate } from './choose-rate-for-variant.ts'
import { findMarkup, isGeneral, type Layers, type Markup, withMarkup } from './markup.ts'
import type { PriceNeutralVariant } from './price-neutral-variant.ts'
import { publishedRate, type Rate, readRate } from './rate.ts'
import type { RateIndex } from './rate-index.ts'

/** The facts that choose the rate of usage, beside the meter. */
interface RatedUsage extends Pick<UsageEvent, 'account' | 'service' | 'variant'> {
  /** `undefined`: of no category in particular; then markups for one do not count. */
  readonly category: Category | undefined
}

/** Finds the rate that prices usage by a card: chosen for its variant, then with the markup for the account or the category. */
export class RateFinder {
  readonly #index: RateIndex
  /** By alias. */
  readonly #services: ReadonlyMap<string, string>
  readonly #neutral: readonly PriceNeutralVariant[] | undefined
  /** Markups of accounts, and under `undefined` those of categories alone. */
  readonly #special: ReadonlyMap<string | undefined, readonly Markup[]>
  readonly #marked = new Map<Markup, Map<Rate, Rate>>()

  constructor(
    index: RateIndex,
    services: ReadonlyMap<string, string>,
    { layers, neutral }: { readonly layers: Layers; readonly neutral: readonly PriceNeutralVariant[] | undefined },
  ) {
    this.#index = index
    this.#services = services
    this.#neutral = neutral
    this.#special = Map.groupBy(
      layers.markups.filter((markup) => !isGeneral(markup)),
      ({ account }) => account,
    )
  }

  find(usage: RatedUsage, meter: Meter): FoundRate {
    const { account, category, variant } = usage
    const asked = { account, category, service: this.#services.get(usage.service) ?? usage.service, variant }
    const found = chooseRateForVariant(this.#index, asked, meter, this.#neutral)
    if (found.kind !== 'rate' || this.#special.size === 0) return found
    const { rate } = found
    // An account's own price is as agreed on: it takes no markup.
    return rate.basis === undefined || rate.account !== undefined
      ? found
      : { kind: 'rate', rate: this.#mark(rate, asked) }
  }

  #mark(rate: Rate, usage: RatedUsage): Rate {
    const asked = { ...usage, meter: rate.meter }
    const markup = this.#markupIn(usage.account, asked) ?? this.#markupIn(undefined, asked)
    if (markup === undefined) return rate
    const ofMarkup = this.#marked.get(markup) ?? new Map<Rate, Rate>()
    this.#marked.set(markup, ofMarkup)
    const marked = ofMarkup.get(rate) ?? markedRate(rate, markup)
    ofMarkup.set(rate, marked)
    return marked
  }

  #markupIn(account: string | undefined, asked: Parameters<typeof findMarkup>[1]): Markup | undefined {
    const markups = this.#special.get(account)
    return markups && findMarkup(markups, asked)
  }
}

/** @throws Error when it can't be charged exactly: a card with such a markup is never published */
function markedRate(rate: Rate, markup: Markup): Rate {
  const published = publishedRate(rate)
  const { basis } = published
  const again = basis && withMarkup({ ...published, basis }, markup)
  const read = again && readRate(again, rate.unlistedVariant)
  if (read?.kind === 'rate') return read.rate
  throw new Error(`${rate.service} ${rate.meter} has no exact price with the markup ${JSON.stringify(markup)}`)
}
