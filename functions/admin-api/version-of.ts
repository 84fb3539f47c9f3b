import { Problem } from '../../shared/errors/problems.ts'
import type { Withdrawal } from '../../shared/pricing/cards/catalogue.ts'
import type { RateCard } from '../../shared/pricing/cards/rate-card.ts'
import type { Instant } from '../../shared/time/instant.ts'
import type { Services } from './services.ts'

/** A version that was published, and its withdrawal if there was one. @throws Problem */
export async function versionOf(
  version: string,
  { cards }: Pick<Services, 'cards'>,
  now: Instant,
): Promise<{ readonly card: RateCard; readonly withdrawal?: Withdrawal }> {
  const catalogue = await cards.catalogue(now)
  const isIt = (card: RateCard): boolean => card.version === Number(version)
  const card = catalogue.cards.find(isIt)
  const found = card === undefined ? catalogue.withdrawn.find((one) => isIt(one.card)) : { card }
  if (found !== undefined) return found
  throw new Problem('rate-card.not-found', `there is no version ${version}; GET /v1/rate-cards lists them`)
}
