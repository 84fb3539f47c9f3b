import type { Instant } from '../../time/instant.ts'
import { cardInForce } from '../cards/catalogue.ts'
import { didYouMeanService } from '../charge/did-you-mean-service.ts'
import type { WarmCatalogue } from './warm-catalogue.ts'

/** `; did you mean "openai/gpt-4o"?` for a service that no rate in force names; `''` for any other. */
export type MeantService = (service: string, account: string | undefined) => string

/** Looks each service up once: thousands of events may wait for the same one. */
export async function meantServices(catalogue: WarmCatalogue, now: Instant): Promise<MeantService> {
  const card = cardInForce(await catalogue.cardsFor(now), now)
  const known = new Map<string, string>()
  return (service, account) => {
    if (card === undefined || card.knows(service)) return ''
    const key = JSON.stringify([service, account])
    const meant = known.get(key) ?? didYouMeanService(card, service, account)
    known.set(key, meant)
    return meant
  }
}
