import type { Entry } from '../../ledger/entries/entries.ts'
import type { UpgradeRequestEntry } from '../../ledger/entries/limits.ts'
import type { LogTable } from '../../ledger/io/log-table.ts'
import type { LogWriter } from '../../ledger/io/log-writer.ts'
import { lastWrittenBefore } from '../../ledger/io/pages-since.ts'
import { type EntryPlace, scanBack } from '../../ledger/io/read-entries.ts'
import type { Credits } from '../../money/amounts.ts'
import { dayStart } from '../../time/day-of.ts'
import { HOUR_MS, type Instant } from '../../time/instant.ts'
import { windowOf } from '../../time/window.ts'
import { standings } from '../decide/user-standing.ts'
import { type JudgedRequest, type RequestState, type RequestStateName, stateOf } from '../requests/upgrade-request.ts'
import type { AccountFold } from './account-fold.ts'
import type { WarmFolds } from './warm-folds.ts'
import { spentInMonth } from './whole-fold.ts'

/** Where a list goes on. Requests of windows that end after `day` come from the fold, older ones from the log. */
interface RequestPlace {
  readonly day: string
  /** The last one shown of the fold's. */
  readonly id?: string | undefined
  /** The log, before this entry. */
  readonly log?: EntryPlace | undefined
}

interface Sought {
  readonly state: RequestStateName | undefined
  readonly user: string | undefined
  readonly limit: number
}

interface Logs {
  readonly log: LogTable
  readonly writer: LogWriter
}

interface Listed {
  readonly requests: readonly JudgedRequest[]
  readonly next: RequestPlace | undefined
}

/** A request with its user's spend of the category in its window. */
interface ShownRequest {
  readonly request: JudgedRequest
  /** `limit` is missing where the window has ended: today's tier says nothing of it. */
  readonly used: { readonly spent: Credits; readonly limit: Credits | undefined } | undefined
}

/** Requests whose decision is looked up in one answer: each costs a read or two. */
const LOOKED_UP = 100

/**
 * Upgrade requests, the newest first, with the usage beside them, and today where the account is.
 *
 * @throws Problem for an account without a log
 */
export async function listRequests(
  services: Logs & { readonly folds: WarmFolds },
  account: string,
  now: () => Instant,
  sought: Sought,
  place?: RequestPlace,
): Promise<{
  readonly requests: readonly ShownRequest[]
  readonly day: string
  readonly next: RequestPlace | undefined
}> {
  const { fold, day } = await services.folds.withUsers(account, now(), () => [])
  const { requests, next } = await requestsFrom(services, fold, day, sought, place)
  return { requests: await withUsage(services.folds, account, now(), requests), day, next }
}

async function requestsFrom(
  services: Logs,
  fold: AccountFold,
  today: string,
  sought: Sought,
  place: RequestPlace = { day: today },
): Promise<Listed> {
  const kept = place.log === undefined ? keptRequests(fold.limits().requests, today, sought, place) : undefined
  const requests = await withDecisions(services, fold.account, kept?.requests ?? [])
  if (kept?.next !== undefined || sought.state === 'open') return { requests, next: kept?.next }
  const older = await olderRequests(services, fold, today, sought, place, sought.limit - requests.length)
  return { requests: [...requests, ...older.requests], next: older.next }
}

async function withUsage(
  folds: WarmFolds,
  account: string,
  now: Instant,
  requests: readonly JudgedRequest[],
): Promise<readonly ShownRequest[]> {
  const { fold, day } = await folds.withUsers(account, now, () =>
    requests.map(({ request: { user, window } }) => ({ user, month: window.from.slice(0, -3) })),
  )
  return requests.map((request) => {
    const { user, category, window } = request.request
    const standing = standings(fold.limits(), window, spentInMonth(fold, window))(user, fold.assignedTier(user))
    const used = standing.categories.find((one) => one.category === category)
    return { request, used: used && { ...used, limit: window.to <= day ? undefined : used.limit } }
  })
}

function keptRequests(all: readonly RequestState[], today: string, sought: Sought, { day, id }: RequestPlace) {
  const kept = all.filter(({ window }) => day < window.to).reverse()
  const shown = id === undefined ? -1 : kept.findIndex((one) => one.id === id)
  const from = id !== undefined && shown < 0 ? kept.length : shown + 1
  const requests: JudgedRequest[] = []
  for (const request of kept.slice(from)) {
    const judged = { request, granted: request.granted }
    if (!isSought(judged, today, sought)) continue
    requests.push(judged)
    if (requests.length === sought.limit) return { requests, next: { day, id: request.id } }
  }
  return { requests, next: undefined }
}

const isSought = (judged: JudgedRequest, today: string, { state, user }: Sought): boolean =>
  (state === undefined || stateOf(judged, today) === state) && (user === undefined || judged.request.user === user)

async function withDecisions(
  { writer }: Pick<Logs, 'writer'>,
  account: string,
  requests: readonly JudgedRequest[],
): Promise<readonly JudgedRequest[]> {
  const decided = requests.filter(({ granted }) => granted !== undefined)
  const decisions = await writer.findDecisions(
    account,
    decided.map(({ request }) => request.id),
  )
  return requests.map((one) => ({ ...one, decision: decisions.get(one.request.id) }))
}

/** Requests whose window has ended, which the fold has dropped: the log has their entries and decisions. */
async function olderRequests(
  { log, writer }: Logs,
  fold: AccountFold,
  today: string,
  sought: Sought,
  { day, log: place }: RequestPlace,
  room: number,
): Promise<Listed> {
  const before = place ?? (await endOfMonthBefore({ log }, fold, day))
  const isOlder = (entry: Entry): entry is UpgradeRequestEntry =>
    entry.kind === 'upgrade-request' &&
    entry.window.to <= day &&
    (sought.user === undefined || entry.user === sought.user)
  const { found, next } = await scanBack(log, fold.account, { before, limit: LOOKED_UP }, (entry) =>
    isOlder(entry) ? entry : undefined,
  )
  const decisions = await writer.findDecisions(
    fold.account,
    found.map(({ item }) => item.id),
  )
  const requests: JudgedRequest[] = []
  for (const { item, place: at } of found) {
    if (requests.length === room) break
    const decision = decisions.get(item.id)
    const judged = { request: item, granted: decision?.granted, decision }
    if (isSought(judged, today, sought)) requests.push(judged)
    if (requests.length === room) return { requests, next: { day, log: at } }
  }
  return { requests, next: next && { day, log: next } }
}

/** Clocks of those who file and of those who write pages are that close. */
const CLOCKS_MS = HOUR_MS

/** Where this month's pages begin: no request of an earlier window stands after it, so later pages need no search. */
async function endOfMonthBefore({ log }: Pick<Logs, 'log'>, fold: AccountFold, day: string): Promise<EntryPlace> {
  const head = fold.head()
  if (head === undefined) return { page: 1, position: 0 }
  const begins = dayStart(windowOf({ kind: 'month' }, day).from, fold.timeZone)
  return { page: (await lastWrittenBefore(log, head.header, begins + CLOCKS_MS)) + 1, position: 0 }
}
