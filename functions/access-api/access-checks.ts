import { readGivenAmount } from '../../shared/api/fields/given-amount.ts'
import * as api from '../../shared/api/limits/access-checks.ts'
import { verdictShape } from '../../shared/api/limits/access-checks.ts'
import type { Served } from '../../shared/http/serve.ts'
import { checkAccess } from '../../shared/limits/io/check-access.ts'
import { countRefusals } from './count-refusals.ts'
import { type Services, serve } from './services.ts'

const check = serve(api.checkAccess, async ({ body }, { services, tools }) => {
  const { account, user, group, model, category = '', categories = [category], estimate, maxAgeMs } = body
  const credits = estimate === undefined ? undefined : readGivenAmount(estimate)
  const decided = await checkAccess(
    services,
    { account, user, group, model, categories, estimate: credits, maxAgeMs },
    tools,
  )
  const zone = decided.fold?.fold.timeZone
  const { modelMeant } = decided
  const verdicts = decided.decisions.map((one, place) =>
    verdictShape(one, { account, user, category: categories[place] ?? '', modelMeant, zone, now: tools.now() }),
  )
  countRefusals(verdicts, tools)
  const asOf = {
    seq: decided.fold?.fold.seq() ?? 0,
    ageMs: decided.fold === undefined ? 0 : Math.max(0, tools.now() - decided.fold.readAt),
    bound: 'admitted-and-not-yet-reported' as const,
  }
  const [only] = verdicts
  const body200 = body.categories === undefined ? { ...only, ...asOf } : { checks: verdicts, ...asOf }
  return { status: 200, body: body200 }
})

export const accessCheckHandlers: readonly Served<Services>[] = [check]
