import { didYouMean } from '../../text/did-you-mean.ts'
import type { RateCard } from '../cards/rate-card.ts'

/** `; did you mean "openai/gpt-4o"?`, for a service without a price; `''`: the card has no name near it, or there is no card. */
export const didYouMeanService = (
  card: Pick<RateCard, 'names'> | undefined,
  service: string,
  account: string | undefined,
): string => didYouMean(service, card?.names(account) ?? [])
