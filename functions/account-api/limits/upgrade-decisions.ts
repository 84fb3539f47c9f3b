import * as api from '../../../shared/api/limits/upgrade-decisions.ts'
import { readGrant, upgradeRequestShape } from '../../../shared/api/limits/upgrade-requests.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { decideAllRequests, decideRequest } from '../../../shared/limits/io/decide-requests.ts'
import { type Services, serve } from '../services.ts'

const decide = serve(api.decideUpgradeRequest, async ({ params: { account, request: id }, body, key }, setting) => {
  const by = { key, actor: setting.caller.subject, word: body.word }
  const { day, request } = await decideRequest(account, id, readGrant(body.grant), by, setting)
  return { status: 200, body: upgradeRequestShape(request, day) }
})

const decideEvery = serve(api.decideAllUpgradeRequests, async ({ params: { account }, body, key }, setting) => {
  const { grant, phrase, word } = body
  const by = { key, actor: setting.caller.subject, word }
  return { status: 200, body: await decideAllRequests(account, { grant, phrase }, by, setting) }
})

export const upgradeDecisionHandlers: readonly Served<Services>[] = [decide, decideEvery]
