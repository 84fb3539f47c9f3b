import { publishedShape, rateCardSummary } from '../../shared/api/pricing/rate-card.ts'
import * as api from '../../shared/api/pricing/rate-cards.ts'
import type { Served } from '../../shared/http/serve.ts'
import { contentOf } from '../../shared/pricing/cards/rate-card-draft.ts'
import { publishRateCard as publish, withdrawRateCard as withdraw } from '../../shared/pricing/io/publish-rate-card.ts'
import { type Services, serve } from './services.ts'

const publishRateCard = serve(api.publishRateCard, async ({ body, key }, { caller, services, tools }) => {
  const draft = { ...contentOf(body), actor: caller.subject, key }
  return { status: 201, body: publishedShape(await publish(services, draft, tools.now), caller) }
})

const withdrawRateCard = serve(api.withdrawRateCard, async ({ params, body, key }, { caller, services, tools }) => {
  const { card } = await services.cards.find(params.version, tools.now())
  const asked = { of: card.version, actor: caller.subject, reason: body.reason, key }
  const withdrawal = await withdraw(services, asked, tools.now)
  return { status: 200, body: rateCardSummary(card, caller, withdrawal) }
})

export const rateCardHandlers: readonly Served<Services>[] = [publishRateCard, withdrawRateCard]
