import { rateCardShape, rateCardSummary } from '../../../shared/api/pricing/rate-card.ts'
import * as api from '../../../shared/api/pricing/rate-cards.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { type Services, serve } from '../services.ts'

const listRateCards = serve(api.listRateCards, async (_, { caller, services, tools }) => {
  const versions = await services.cards.versions(tools.now())
  return {
    status: 200,
    body: { rateCards: versions.map(({ card, withdrawal }) => rateCardSummary(card, caller, withdrawal)) },
  }
})

const getRateCard = serve(api.getRateCard, async ({ params }, { caller, services, tools }) => {
  const { card, withdrawal } = await services.cards.find(params.version, tools.now())
  return { status: 200, body: rateCardShape(card, caller, withdrawal) }
})

export const rateCardHandlers: readonly Served<Services>[] = [listRateCards, getRateCard]
