import { Problem } from '../../errors/problems.ts'
import type { Entry } from '../../ledger/entries/entries.ts'
import { isStoredAlike } from '../../ledger/entries/entry-kind.ts'
import { type Grant, storedGrant, type UpgradeDecisionEntry } from '../../ledger/entries/limits.ts'
import { type Committing, commitOne, pageOf, settledBy, usedKey } from '../../ledger/io/commit/commit-one.ts'
import { type Proposal, proposalOf } from '../../ledger/io/commit/proposal.ts'
import type { Instant } from '../../time/instant.ts'
import { tierNamed } from '../decide/limits-on.ts'
import { decideAll, type LeftOpen, phraseOf } from '../requests/decide-upgrades.ts'
import { filingProblem, wishFault } from '../requests/file-upgrade.ts'
import type { JudgedRequest, RequestState } from '../requests/upgrade-request.ts'
import type { WarmFolds } from './warm-folds.ts'

interface Deciding extends Committing {
  readonly services: Committing['services'] & { readonly folds: WarmFolds }
  readonly tools: Committing['tools'] & { readonly now: () => Instant }
}

/** The admin, the Idempotency-Key, and the note to the user. */
type By = Pick<UpgradeDecisionEntry, 'key' | 'actor' | 'word'>

/**
 * Decides an upgrade request, once; answers with it, and with today where the account is.
 *
 * @throws Problem, and what the store throws
 */
export async function decideRequest(
  account: string,
  id: string,
  granted: Grant,
  by: By,
  setting: Deciding,
): Promise<{ readonly day: string; readonly request: JudgedRequest }> {
  const { day, request } = await requestOf(account, id, granted, setting)
  const entry = decisionOf(request, granted, by, setting)
  const page = await commitOne(
    account,
    setting,
    decisionProposal(account, entry, () => requestOf(account, id, granted, setting)),
    () => new Problem('upgrade-request.decided', `the upgrade request ${id} was decided before, and otherwise`),
  )
  const decision = page.entries.find((one) => isDecision(one) && one.id === id)
  const standing = decision !== undefined && isDecision(decision) ? decision : entry
  return { day, request: { request, granted: standing.granted, decision: standing } }
}

/** A request that was not decided. `decided-meanwhile`: by another call. */
interface LeftRequest {
  readonly request: string
  readonly user: string
  readonly why: LeftOpen | 'decided-meanwhile'
}

/**
 * Decides all open requests at once; each is decided once, and sent again with its key the rest is.
 *
 * @param phrase names the number of requests, so that a new one is not decided unseen
 * @throws Problem, and what the store throws
 */
export async function decideAllRequests(
  account: string,
  { grant, phrase }: { readonly grant: 'as-asked' | 'nothing'; readonly phrase: string | undefined },
  by: By,
  setting: Deciding,
): Promise<{ readonly decided: number; readonly left: readonly LeftRequest[] }> {
  const { services, tools } = setting
  const { fold, day } = await services.folds.withUsers(account, tools.now(), (read) => read.limits().requests)
  const { decisions, left } = decideAll(fold.limits(), grant, by.key, day, (user) => fold.assignedTier(user))
  const number = decisions.length + left.length
  const wanted = phraseOf(account, grant, number)
  if (number > 0 && phrase !== wanted) throw phraseNeeded(number, wanted)

  const undecided = decisions.filter(({ request }) => request.granted === undefined)
  const entries = undecided.map(({ request, granted }) => decisionOf(request, granted, by, setting))
  const proposals = entries.map((entry) =>
    decisionProposal(account, entry, async () => {
      if (entry.granted.kind === 'tier') await requestOf(account, entry.id, entry.granted, setting)
    }),
  )
  const outcomes = await services.writer.commit(account, proposals, tools.remainingMs)
  const meanwhile = outcomes.flatMap((outcome, place): readonly LeftRequest[] => {
    const entry = entries[place]
    if (entry === undefined) return []
    const { id: request, user } = entry
    if (outcome.kind === 'conflict') return [{ request, user, why: 'decided-meanwhile' }]
    if (outcome.kind === 'refused') return [{ request, user, why: 'not-higher' }]
    pageOf(account, outcome, usedKey(account))
    return []
  })
  const open = left.map(({ request: { id, user }, why }) => ({ request: id, user, why }))
  return { decided: decisions.length - meanwhile.length, left: [...open, ...meanwhile] }
}

const phraseNeeded = (number: number, phrase: string): Problem =>
  new Problem(
    'upgrade-request.phrase',
    `this decides ${number} ${number === 1 ? 'request' : 'requests'}; send it with "phrase": "${phrase}" and a new Idempotency-Key if that is meant`,
    { errors: [{ pointer: '/phrase', detail: phrase }] },
  )

/** A request of a window that has not ended, for which this can be granted. @throws Problem */
async function requestOf(account: string, id: string, granted: Grant, { services, tools }: Deciding) {
  const { fold, day } = await services.folds.withUsers(account, tools.now(), (read) =>
    read.limits().requests.filter((one) => one.id === id),
  )
  const { settings, requests } = fold.limits()
  const request = requests.find((one) => one.id === id && day < one.window.to)
  if (request === undefined)
    throw new Problem(
      'upgrade-request.not-found',
      `account ${account} has no upgrade request ${id} this month; GET /v1/accounts/${account}/upgrade-requests lists them`,
    )
  const today = tierNamed(settings, fold.assignedTier(request.user))
  const fault =
    granted.kind === 'tier' && request.granted === undefined
      ? wishFault(fold.limits(), today, granted, request.category)
      : undefined
  if (fault !== undefined) throw filingProblem({ account, ...request }, fault)
  return { day, request }
}

const decisionOf = (
  { id, user, category, window }: RequestState,
  granted: Grant,
  { key, actor, word }: By,
  { tools }: Deciding,
): UpgradeDecisionEntry => ({
  kind: 'upgrade-decision',
  key,
  actor,
  at: tools.now(),
  id,
  user,
  category,
  window,
  granted,
  word,
})

function decisionProposal(
  account: string,
  entry: UpgradeDecisionEntry,
  check: () => Promise<unknown>,
): Proposal<Problem> {
  return proposalOf(account, entry, {
    // An amount is always more; a tier may be lower than the user's tier at the head.
    dependsOnHead: entry.granted.kind === 'tier',
    differenceFrom: (other) => (isDecision(other) && isSame(other, entry) ? [] : ['decision']),
    settle: () => settledBy(check, entry),
  })
}

const isDecision = (entry: Entry): entry is UpgradeDecisionEntry => entry.kind === 'upgrade-decision'

const isSame = (a: UpgradeDecisionEntry, b: UpgradeDecisionEntry): boolean =>
  isStoredAlike(storedGrant, a.granted, b.granted) && a.word === b.word
