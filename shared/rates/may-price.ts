import type { RateCard } from './rate-card.ts'

/** Whether a card has any rate, of whatever variant and account, that a meter of a service may be priced by. */
export function mayPrice(cards: readonly RateCard[], service: string, meter: string): boolean {
  return cards.some(({ aliases, rates }) => {
    const named = aliases.find(({ alias }) => alias === service)?.service ?? service
    return rates.some((rate) => rate.meter === meter && covers(rate.service, named))
  })
}

const covers = (scope: string, service: string): boolean =>
  scope === service || (scope.endsWith('*') && service.startsWith(scope.slice(0, -1)))
