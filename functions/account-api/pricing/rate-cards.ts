import { rateCardShape, rateCardSummary } from '../../../shared/api/pricing/rate-card.ts'
import * as api from '../../../shared/api/pricing/rate-cards.ts'
import type { Served } from '../../../shared/http/serve.ts'
import type { Withdrawal } from '../../../shared/pricing/cards/catalogue.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { type Services, serve } from '../../admin-api/services.ts'
import { versionOf } from '../../admin-api/version-of.ts'

const listRateCards = serve(api.listRateCards, async (_, { caller, services, tools }) => {
  const { cards, withdrawn } = await services.cards.catalogue(tools.now())
  const all: readonly { card: RateCard; withdrawal?: Withdrawal }[] = [...cards.map((card) => ({ card })), ...withdrawn]
  const rateCards = all
    .toSorted((a, b) => a.card.version - b.card.version)
    .map(({ card, withdrawal }) => rateCardSummary(card, caller, withdrawal))
  return { status: 200, body: { rateCards } }
})

const getRateCard = serve(api.getRateCard, async ({ params }, { caller, services, tools }) => {
  const { card, withdrawal } = await versionOf(params.version, services, tools.now())
  return { status: 200, body: rateCardShape(card, caller, withdrawal) }
})

export const rateCardHandlers: readonly Served<Services>[] = [listRateCards, getRateCard]
