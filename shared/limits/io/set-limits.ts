import type { ProblemFault } from '../../errors/problems.ts'
import type { LimitSettings } from '../../ledger/entries/limit-settings.ts'
import type { RateCard } from '../../pricing/cards/rate-card.ts'
import { didYouMean } from '../../text/did-you-mean.ts'

/**
 * Ceilings for a service or vendor that no card has a price for: a misspelt one would count nothing, and refuse nobody.
 *
 * One that the account has already stays: its price may have been withdrawn since. Without any card nothing can be judged.
 *
 * @param cards in force, and announced
 */
export function unpricedCeilings(
  { ceilings }: Pick<LimitSettings, 'ceilings'>,
  before: Pick<LimitSettings, 'ceilings'>,
  cards: readonly RateCard[],
  account: string,
): readonly ProblemFault[] {
  if (cards.length === 0) return []
  const kept = new Set(before.ceilings.map(({ service }) => service))
  const names = [...new Set(cards.flatMap((card) => card.names(account)))]
  const vendors = new Set(names.map((name) => `${name.slice(0, name.indexOf('/'))}/*`))
  return ceilings.flatMap(({ service }, place) => {
    if (service === undefined || kept.has(service)) return []
    if (cards.some((card) => card.pricesSelected(service, account))) return []
    const meant = didYouMean(service, service.endsWith('/*') ? vendors : names)
    return [
      { pointer: `/ceilings/${place}/service`, detail: `no price names ${service}: nothing would be counted${meant}` },
    ]
  })
}
