import * as api from '../../shared/api/credits/corrections.ts'
import { decisionOf } from '../../shared/api/fields/decision.ts'
import { readGivenAmount } from '../../shared/api/fields/given-amount.ts'
import type { Served } from '../../shared/http/serve.ts'
import { creditAnswer } from './credit-answer.ts'
import { type Services, serve } from './services.ts'

const grantCredits = serve(
  api.grantCredits,
  async (request, setting) =>
    await creditAnswer(
      request.params.account,
      { kind: 'grant', ...decisionOf(request, setting), credits: readGivenAmount(request.body.amount) },
      setting,
    ),
)

export const grantHandlers: readonly Served<Services>[] = [grantCredits]
