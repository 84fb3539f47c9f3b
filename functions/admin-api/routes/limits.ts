import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { timeSchema } from '../../../shared/api/fields/time.ts'
import {
  givenLimitsExample,
  givenLimitsSchema,
  limitSettingsExample,
  limitSettingsSchema,
  limitSettingsShape,
  readLimitSettings,
} from '../../../shared/api/limits/limit-settings.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import { described } from '../../../shared/http/described.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import { type Operation, reading, type Setting, writing } from '../../../shared/http/operation.ts'
import { identityOf } from '../../../shared/ledger/entries/identity.ts'
import { type LimitSettings, standardLimits } from '../../../shared/ledger/entries/limit-settings.ts'
import { commitOne } from '../../../shared/ledger/io/commit/commit-one.ts'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import type { LogTable } from '../../../shared/ledger/io/log-table.ts'
import { toLimits } from '../../../shared/ledger/page/limits-v1.ts'
import type { AccountFold } from '../../../shared/limits/io/account-fold.ts'
import { limitsEntryOn } from '../../../shared/limits/io/limit-versions.ts'
import { unpricedCeilings } from '../../../shared/limits/io/set-limits.ts'
import { cardInForce } from '../../../shared/pricing/cards/catalogue.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { daySchema } from '../../../shared/usage/text.ts'
import type { Services } from '../services.ts'

const getLimits = reading({
  operationId: 'getLimits',
  tag: 'Limits',
  summary: "Show an account's tiers and ceilings",
  description:
    'As of the newest page of its log, or as they were at the end of a day: before anything was set, the standard ones.',
  params: accountPathSchema,
  query: z.strictObject({
    day: z.optional(described(daySchema, 'As they were at the end of this day, where the account is')),
  }),
  answers: [{ status: 200, description: 'In force', schema: limitSettingsSchema, example: limitSettingsExample }],
  problems: [],
  handle: async ({ params: { account }, query: { day } }, { services }) => {
    const fold = await foldOf(services, account)
    const { settings, version } = fold.limits()
    if (day === undefined) return { status: 200, body: limitSettingsShape(settings, version) }
    for await (const { page, entry } of versionsBack(services.log, account, version))
      if (fold.dayOf(entry.at) <= day) return { status: 200, body: limitSettingsShape(entry.settings, page) }
    return { status: 200, body: limitSettingsShape(standardLimits, 0) }
  },
})

/** @throws Problem */
async function foldOf({ folds }: Pick<Services, 'folds'>, account: string): Promise<AccountFold> {
  const kept = await folds.atHead(account, 0)
  if (kept === undefined) throw noSuchAccount(account)
  return kept.fold
}

/** Every version, the newest first: each names the page of the one before. */
async function* versionsBack(log: LogTable, account: string, newest: number) {
  for (let page = newest; page > 0; ) {
    const entry = await limitsEntryOn(log, account, page)
    yield { page, entry }
    page = entry.previous
  }
}

const putLimits = writing({
  operationId: 'putLimits',
  tag: 'Limits',
  summary: 'Set tiers and ceilings',
  description:
    'All of them, from this page of the log on: the next access check counts by them. What was spent stays spent, also where a limit is lowered below it. A tier is archived, never removed: users may be in it. A new ceiling for a service or vendor without a price is refused: it would count nothing.',
  params: accountPathSchema,
  body: { schema: givenLimitsSchema, example: givenLimitsExample },
  answers: [{ status: 200, description: 'In force', schema: limitSettingsSchema, example: limitSettingsExample }],
  problems: ['settings.changed', 'limits.tier-removed', 'limits.no-such-service'],
  handle: async ({ params: { account }, body, key }, setting) => {
    const { services, caller, tools } = setting
    const settings = readLimitSettings(body)
    const made = {
      kind: 'limits',
      key,
      actor: caller.subject,
      at: tools.now(),
      settings,
      previous: body.version,
    } as const
    const page = await commitOne(account, setting, {
      identity: identityOf(made, account),
      boundAt: undefined,
      differenceFrom: (other) => (other.kind === 'limits' && isSame(other.settings, settings) ? [] : ['limits']),
      dependsOnHead: true,
      settle: async () => {
        const fold = await foldOf(services, account)
        const refused = refusalOf(fold, settings, body.version) ?? (await unpricedRefusal(fold, settings, setting))
        return refused === undefined ? { kind: 'entry', entry: made } : { kind: 'refused', refusal: refused }
      },
    })
    return { status: 200, body: limitSettingsShape(settings, page.header.seq) }
  },
})

const isSame = (a: LimitSettings, b: LimitSettings): boolean =>
  JSON.stringify(toLimits(a)) === JSON.stringify(toLimits(b))

function refusalOf(fold: AccountFold, { tiers }: LimitSettings, seen: number): Problem | undefined {
  const { version, settings, hasUserTiers } = fold.limits()
  if (version !== seen) {
    const detail = `the limits of ${fold.account} are at version ${version}, not ${seen}; look at them again`
    return new Problem('settings.changed', detail)
  }
  // Those that every account begins with go with the first settings, unless somebody was put into one.
  if (version === 0 && !hasUserTiers) return undefined
  const missing = settings.tiers.filter(({ id }) => !tiers.some((tier) => tier.id === id)).map(({ id }) => id)
  if (missing.length === 0) return undefined
  const which = missing.length === 1 ? `the tier ${missing[0]} is` : `the tiers ${missing.join(', ')} are`
  return new Problem(
    'limits.tier-removed',
    `${which} missing; send what is not to be used any more with "archived": true`,
  )
}

async function unpricedRefusal(
  fold: AccountFold,
  settings: LimitSettings,
  { services, tools }: Pick<Setting, 'services' | 'tools'>,
): Promise<Problem | undefined> {
  const now = tools.now()
  const cards = await services.cards.all(now)
  const inForce = cardInForce(cards, now)
  const known = cards.filter((card) => card === inForce || card.effectiveFrom > now)
  const faults = unpricedCeilings(settings, fold.limits().settings, known, fold.account)
  return faults.length === 0 ? undefined : refusal('limits.no-such-service', faults)
}

const MOST = 50
const cursor = cursorOf('limit-versions', z.number())

const listVersions = reading({
  operationId: 'listLimitVersions',
  tag: 'Limits',
  summary: 'All versions of the limits',
  description: 'Who set them, and when; each is all that was set.',
  params: accountPathSchema,
  query: pagingSchema(MOST, MOST),
  answers: [
    {
      status: 200,
      description: 'Newest first',
      schema: z.object({
        versions: z.array(z.object({ actor: z.string(), at: timeSchema, limits: limitSettingsSchema })),
        next: nextSchema,
      }),
      example: { versions: [{ actor: 'olga', at: '2026-11-24T08:00:00.000Z', limits: limitSettingsExample }] },
    },
  ],
  problems: [],
  handle: async ({ params: { account }, query: { limit = MOST, after } }, { services }) => {
    const { version } = (await foldOf(services, account)).limits()
    const newest = after === undefined ? version : cursor.read(after)
    const versions = []
    for await (const { page, entry } of versionsBack(services.log, account, newest)) {
      const { actor, at, settings } = entry
      versions.push({ actor, at: instantText(at), limits: limitSettingsShape(settings, page) })
      if (versions.length > limit) break
    }
    const shown = fitting(versions.slice(0, limit))
    const next = versions[shown.length]?.limits.version
    return { status: 200, body: { versions: shown, ...(next !== undefined && { next: cursor.write(next) }) } }
  },
})

export const limitsOperations: readonly Operation[] = [getLimits, putLimits, listVersions]
