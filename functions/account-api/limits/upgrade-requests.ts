import * as api from '../../../shared/api/limits/upgrade-requests.ts'
import { readWish, upgradeRequestShape } from '../../../shared/api/limits/upgrade-requests.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { fileRequest } from '../../../shared/limits/io/file-request.ts'
import { listRequests } from '../../../shared/limits/io/list-requests.ts'
import { type Services, serve } from '../services.ts'

const file = serve(api.fileUpgradeRequest, async ({ params: { account }, body, key }, setting) => {
  const { user, category, reason } = body
  const asked = { user, category, reason, wish: readWish(body.wish), at: setting.tools.now() }
  const { day, request } = await fileRequest(account, asked, { key, actor: setting.caller.subject }, setting)
  return { status: 201, body: upgradeRequestShape(request, day) }
})

const list = serve(api.listUpgradeRequests, async ({ params: { account }, query }, { services, tools }) => {
  const { limit, state, user, after } = query
  const { requests, day, next } = await listRequests(services, account, tools.now, { state, user, limit }, after)
  const shown = requests.map(({ request, used }) => upgradeRequestShape(request, day, used))
  return { status: 200, body: { requests: shown, next: api.paging.next(next) } }
})

export const upgradeRequestHandlers: readonly Served<Services>[] = [file, list]
