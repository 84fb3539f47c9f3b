import * as z from 'zod/mini'
import { cursorOf } from '../../../shared/api/fields/paging.ts'
import { readWish, upgradeRequestShape } from '../../../shared/api/limits/upgrade-request.ts'
import * as api from '../../../shared/api/limits/upgrade-requests.ts'
import { sha256, toBase64Url } from '../../../shared/digest/sha256.ts'
import { Problem, problemKinds } from '../../../shared/errors/problems.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { identityOf } from '../../../shared/ledger/entries/entries.ts'
import { isStoredAlike } from '../../../shared/ledger/entries/entry-kind.ts'
import type { UpgradeRequestEntry } from '../../../shared/ledger/entries/limits.ts'
import { storedWish } from '../../../shared/ledger/entries/limits.ts'
import { commitOne, settledBy, usedKey } from '../../../shared/ledger/io/commit/commit-one.ts'
import { standings } from '../../../shared/limits/decide/user-standing.ts'
import { listUpgradeRequests } from '../../../shared/limits/io/list-upgrades.ts'
import { spentInMonth } from '../../../shared/limits/io/whole-fold.ts'
import { type Asked, fileUpgrade, filingProblem } from '../../../shared/limits/requests/file-upgrade.ts'
import type { JudgedRequest } from '../../../shared/limits/requests/upgrade-request.ts'
import { windowOf } from '../../../shared/time/window.ts'
import { type Services, type Setting, serve } from '../../admin-api/services.ts'

const file = serve(api.fileUpgradeRequest, async ({ params: { account }, body, key }, setting) => {
  const { caller, tools } = setting
  const { user, category, reason } = body
  const asked = { user, category, reason, wish: readWish(body.wish), at: tools.now() }
  const { day, request } = await filingOf(account, key, asked, setting)
  const entry: UpgradeRequestEntry = { kind: 'upgrade-request', ...request.request, key, actor: caller.subject }
  const onConflict = (differs: readonly string[]) =>
    differs.includes(OTHER_REQUEST)
      ? filingProblem({ account, user, category }, { kind: 'open', request: 'filed at the same time' })
      : usedKey(account)(differs)
  await commitOne(
    account,
    setting,
    {
      identity: identityOf(entry, account),
      boundAt: undefined,
      differenceFrom: (other) => differences(other, entry),
      dependsOnHead: true,
      settle: () =>
        settledBy(async () => {
          const { request: again } = await filingOf(account, key, asked, setting)
          if (again.request.nth !== entry.nth) throw movedOn()
        }, entry),
    },
    onConflict,
  )
  return { status: 201, body: upgradeRequestShape(request, day) }
})

const OTHER_REQUEST = 'request'

function differences(other: { readonly kind: string }, entry: UpgradeRequestEntry): readonly string[] {
  if (!isRequest(other) || other.id !== entry.id) return [OTHER_REQUEST]
  const isSame = isStoredAlike(storedWish, other.wish, entry.wish) && other.reason === entry.reason
  return isSame ? [] : ['wish']
}

const isRequest = (entry: { readonly kind: string }): entry is UpgradeRequestEntry => entry.kind === 'upgrade-request'

/** One was filed and decided while this was: it is asked for again. */
const movedOn = (): Problem =>
  new Problem('service.busy', problemKinds['service.busy'].example, { retryAfterSeconds: 1 })

/** What filing comes to at the log's head. @throws Problem */
async function filingOf(
  account: string,
  key: string,
  asked: Omit<Asked, 'id'>,
  { services, tools }: Setting,
): Promise<{ readonly day: string; readonly request: JudgedRequest }> {
  const { user, category } = asked
  const { fold, day } = await services.folds.withUsers(account, tools.now(), () => [{ user }])
  const window = windowOf({ kind: 'month' }, day)
  const id = toBase64Url(sha256(JSON.stringify([account, key, user, category, window.key])), 12)
  const filing = fileUpgrade(fold.limits(), fold.assignedTier(user), { ...asked, id }, day)
  if (filing.kind === 'refused') throw filingProblem({ account, user, category }, filing.refusal)
  const granted = filing.kind === 'known' ? filing.request.granted : undefined
  return { day, request: { request: filing.request, granted } }
}

const cursor = cursorOf(
  'upgrade-requests',
  z.object({
    day: z.string(),
    id: z.optional(z.string()),
    log: z.optional(z.object({ page: z.int(), position: z.int() })),
  }),
)

const list = serve(api.listUpgradeRequests, async ({ params: { account }, query }, { services, tools }) => {
  const { limit = api.USUAL, state, user, after } = query
  const place = after === undefined ? undefined : cursor.read(after)
  const now = tools.now()
  const { fold, day } = await services.folds.withUsers(account, now, () => [])
  const { requests, next } = await listUpgradeRequests(services, fold, day, { state, user, limit }, place)
  const shown = await withUsage(account, requests, { services, tools })
  return { status: 200, body: { requests: shown, ...(next !== undefined && { next: cursor.write(next) }) } }
})

async function withUsage(
  account: string,
  requests: readonly JudgedRequest[],
  { services, tools }: Pick<Setting, 'services' | 'tools'>,
) {
  const { fold, day } = await services.folds.withUsers(account, tools.now(), () =>
    requests.map(({ request: { user, window } }) => ({ user, month: window.from.slice(0, -3) })),
  )
  return requests.map((judged) => {
    const { user, category, window } = judged.request
    const standing = standings(fold.limits(), window, spentInMonth(fold, window))(user, fold.assignedTier(user))
    const used = standing.categories.find((one) => one.category === category)
    const isPast = window.to <= day
    return upgradeRequestShape(judged, day, used && { ...used, limit: isPast ? undefined : used.limit })
  })
}

export const upgradeRequestHandlers: readonly Served<Services>[] = [file, list]
