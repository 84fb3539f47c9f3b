import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import {
  givenGrantSchema,
  readGrant,
  requestIdSchema,
  upgradeRequestExample,
  upgradeRequestSchema,
  upgradeRequestShape,
  wordSchema,
} from '../../../shared/api/limits/upgrade-request.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { described } from '../../../shared/http/described.ts'
import { type Operation, type Setting, writing } from '../../../shared/http/operation.ts'
import type { Entry, UpgradeDecisionEntry } from '../../../shared/ledger/entries/entry.ts'
import { identityOf } from '../../../shared/ledger/entries/identity.ts'
import type { Grant } from '../../../shared/ledger/entries/upgrade-request.ts'
import { commitOne, pageOf, settledBy, usedKey } from '../../../shared/ledger/io/commit/commit-one.ts'
import type { Proposal } from '../../../shared/ledger/io/commit/outcomes.ts'
import { toGrant } from '../../../shared/ledger/page/limits-v1.ts'
import { tierNamed } from '../../../shared/limits/decide/limits-on.ts'
import { usersFold } from '../../../shared/limits/io/warm-folds.ts'
import { decideAll, type LeftOpen, phraseOf } from '../../../shared/limits/requests/decide-upgrades.ts'
import { filingProblem, wishFault } from '../../../shared/limits/requests/file-upgrade.ts'
import type { RequestState } from '../../../shared/limits/requests/upgrade-request.ts'
import { accountSchema } from '../../../shared/usage/text.ts'

const decide = writing({
  operationId: 'decideUpgradeRequest',
  tag: 'Limits',
  summary: 'Decide an upgrade request',
  description:
    'Once: what was asked for, something else, or nothing. What is granted counts in the next access check; an amount until the window ends. The same decision again changes nothing.',
  params: z.strictObject({ account: described(accountSchema, 'The account'), request: requestIdSchema }),
  body: {
    schema: z.strictObject({ grant: givenGrantSchema, word: wordSchema }).check(z.meta({ id: 'DecideUpgradeRequest' })),
    example: { grant: { tier: 'medium' }, word: 'for the quarterly report' },
  },
  answers: [
    {
      status: 200,
      description: 'Decided',
      schema: upgradeRequestSchema,
      example: { ...upgradeRequestExample, state: 'decided' as const, granted: { tier: 'medium' } },
    },
  ],
  problems: [
    ...(['upgrade-request.not-found', 'upgrade-request.decided'] as const),
    ...(['upgrade-request.not-higher', 'limits.no-such-tier'] as const),
  ],
  handle: async ({ params: { account, request: id }, body, key }, setting) => {
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
  },
})

/** A request of a window that has not ended, for which this can be granted. @throws Problem */
async function requestOf(account: string, id: string, granted: Grant, { services, tools }: Setting) {
  const { fold, day } = await usersFold(services.folds, account, tools.now(), (read) =>
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
  JSON.stringify(toGrant(a.granted)) === JSON.stringify(toGrant(b.granted)) && a.word === b.word

const leftReasons = ['unknown-tier', 'archived-tier', 'not-higher', 'decided-meanwhile'] as const satisfies readonly (
  | LeftOpen
  | 'decided-meanwhile'
)[]

const decideEvery = writing({
  operationId: 'decideAllUpgradeRequests',
  tag: 'Limits',
  summary: 'Decide all open upgrade requests at once',
  description:
    'Needs a phrase that names how many there are, which the refusal without it demands: whoever types it knows, and what came meanwhile is not decided unseen. Each is decided once; sent again with its key, the rest is. A tier that would give no more than today is left open: who asked for two gets the higher one.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        all: z.literal(true),
        grant: z.enum(['as-asked', 'nothing']),
        phrase: z.optional(z.string().check(z.maxLength(200))),
        word: wordSchema,
      })
      .check(z.meta({ id: 'DecideAllUpgradeRequests' })),
    example: { all: true, grant: 'as-asked', phrase: 'approve 12 requests of acme' },
  },
  answers: [
    {
      status: 200,
      description: 'What was decided, and what was left',
      schema: z
        .object({
          decided: z.int(),
          left: z.array(z.object({ request: z.string(), user: z.string(), why: z.enum(leftReasons) })),
        })
        .check(z.meta({ id: 'DecidedUpgradeRequests' })),
      example: { decided: 11, left: [{ request: 'Zk3n0PqLrS8tUvWx', user: 'u-17', why: 'not-higher' }] },
    },
  ],
  problems: ['upgrade-request.phrase'],
  handle: async ({ params: { account }, body, key }, setting) => {
    const { grant, phrase, word } = body
    const { services, tools } = setting
    const { fold, day } = await usersFold(services.folds, account, tools.now(), (read) =>
      read.limits().requests.map(({ user }) => ({ user })),
    )
    const { decisions, left } = decideAll(fold.limits(), grant, key, day, fold.assignedTier)
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
  },
})

interface LeftMeanwhile {
  readonly request: string
  readonly user: string
  readonly why: (typeof leftReasons)[number]
}

const phraseNeeded = (number: number, phrase: string): Problem =>
  new Problem(
    'upgrade-request.phrase',
    `this decides ${number} ${number === 1 ? 'request' : 'requests'}; send it with "phrase": "${phrase}" and a new Idempotency-Key if that is meant`,
    { errors: [{ pointer: '/phrase', detail: phrase }] },
  )

export const upgradeDecisionOperations: readonly Operation[] = [decide, decideEvery]
