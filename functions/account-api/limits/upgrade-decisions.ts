import * as api from '../../../shared/api/limits/upgrade-decisions.ts'
import { readGrant, upgradeRequestShape } from '../../../shared/api/limits/upgrade-request.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { type Entry, identityOf } from '../../../shared/ledger/entries/entries.ts'
import { isStoredAlike } from '../../../shared/ledger/entries/entry-kind.ts'
import { type Grant, storedGrant, type UpgradeDecisionEntry } from '../../../shared/ledger/entries/limits.ts'
import { commitOne, pageOf, settledBy, usedKey } from '../../../shared/ledger/io/commit/commit-one.ts'
import type { Proposal } from '../../../shared/ledger/io/commit/proposal.ts'
import { tierNamed } from '../../../shared/limits/decide/limits-on.ts'
import { decideAll, phraseOf } from '../../../shared/limits/requests/decide-upgrades.ts'
import { filingProblem, wishFault } from '../../../shared/limits/requests/file-upgrade.ts'
import type { RequestState } from '../../../shared/limits/requests/upgrade-request.ts'
import { type Services, type Setting, serve } from '../../admin-api/services.ts'

const decide = serve(api.decideUpgradeRequest, async ({ params: { account, request: id }, body, key }, setting) => {
  const granted = readGrant(body.grant)
  const { day, request } = await requestOf(account, id, granted, setting)
  const entry = decisionEntry(request, granted, body.word, key, setting)
  const page = await commitOne(
    account,
    setting,
    decisionProposal(account, entry, () => requestOf(account, id, granted, setting)),
    () => new Problem('upgrade-request.decided', `the upgrade request ${id} was decided before, and otherwise`),
  )
  const standing = page.entries.find((one) => isDecision(one) && one.id === id)
  const decision = standing !== undefined && isDecision(standing) ? standing : entry
  return { status: 200, body: upgradeRequestShape({ request, granted: decision.granted, decision }, day) }
})

/** A request of a window that has not ended, for which this can be granted. @throws Problem */
async function requestOf(account: string, id: string, granted: Grant, { services, tools }: Setting) {
  const { fold, day } = await services.folds.withUsers(account, tools.now(), (read) =>
    read
      .limits()
      .requests.filter((one) => one.id === id)
      .map(({ user }) => ({ user })),
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

const decisionEntry = (
  { id, user, category, window }: RequestState,
  granted: Grant,
  word: string | undefined,
  key: string,
  { caller, tools }: Pick<Setting, 'caller' | 'tools'>,
): UpgradeDecisionEntry => ({
  kind: 'upgrade-decision',
  key,
  actor: caller.subject,
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
  return {
    identity: identityOf(entry, account),
    boundAt: undefined,
    // An amount is more whatever stands at the head; a tier may be less by then.
    ...(entry.granted.kind === 'tier' && { dependsOnHead: true as const }),
    differenceFrom: (other) => (isDecision(other) && isSame(other, entry) ? [] : ['decision']),
    settle: () => settledBy(check, entry),
  }
}

const isDecision = (entry: Entry): entry is UpgradeDecisionEntry => entry.kind === 'upgrade-decision'

const isSame = (a: UpgradeDecisionEntry, b: UpgradeDecisionEntry): boolean =>
  isStoredAlike(storedGrant, a.granted, b.granted) && a.word === b.word

const decideEvery = serve(api.decideAllUpgradeRequests, async ({ params: { account }, body, key }, setting) => {
  const { grant, phrase, word } = body
  const { services, tools } = setting
  const { fold, day } = await services.folds.withUsers(account, tools.now(), (read) =>
    read.limits().requests.map(({ user }) => ({ user })),
  )
  const { decisions, left } = decideAll(fold.limits(), grant, key, day, (user) => fold.assignedTier(user))
  const number = decisions.length + left.length
  const wanted = phraseOf(account, grant, number)
  if (number > 0 && phrase !== wanted) throw phraseNeeded(number, wanted)

  const undecided = decisions.filter(({ request }) => request.granted === undefined)
  const entries = undecided.map(({ request, granted }) => decisionEntry(request, granted, word, key, setting))
  const proposals = entries.map((entry) =>
    decisionProposal(account, entry, async () => {
      if (entry.granted.kind === 'tier') await requestOf(account, entry.id, entry.granted, setting)
    }),
  )
  const outcomes = await services.writer.commit(account, proposals, tools.remainingMs)
  const meanwhile = outcomes.flatMap((outcome, place): readonly LeftMeanwhile[] => {
    const entry = entries[place]
    if (entry === undefined) return []
    const { id: request, user } = entry
    if (outcome.kind === 'conflict') return [{ request, user, why: 'decided-meanwhile' }]
    if (outcome.kind === 'refused') return [{ request, user, why: 'not-higher' }]
    pageOf(account, outcome, usedKey(account))
    return []
  })
  const open = left.map(({ request: { id, user }, why }) => ({ request: id, user, why }))
  return { status: 200, body: { decided: decisions.length - meanwhile.length, left: [...open, ...meanwhile] } }
})

interface LeftMeanwhile {
  readonly request: string
  readonly user: string
  readonly why: (typeof api.leftReasons)[number]
}

const phraseNeeded = (number: number, phrase: string): Problem =>
  new Problem(
    'upgrade-request.phrase',
    `this decides ${number} ${number === 1 ? 'request' : 'requests'}; send it with "phrase": "${phrase}" and a new Idempotency-Key if that is meant`,
    { errors: [{ pointer: '/phrase', detail: phrase }] },
  )

export const upgradeDecisionHandlers: readonly Served<Services>[] = [decide, decideEvery]
