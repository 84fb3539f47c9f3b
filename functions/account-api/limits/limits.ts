import * as z from 'zod/mini'
import { cursorOf } from '../../../shared/api/fields/paging.ts'
import { limitSettingsShape, readLimitSettings } from '../../../shared/api/limits/limit-settings.ts'
import * as api from '../../../shared/api/limits/limits.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { identityOf } from '../../../shared/ledger/entries/entries.ts'
import { isStoredAlike } from '../../../shared/ledger/entries/entry-kind.ts'
import {
  type LimitSettings,
  standardLimits,
  storedLimitSettings,
} from '../../../shared/ledger/entries/limit-settings.ts'
import { noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { commitOne } from '../../../shared/ledger/io/commit/commit-one.ts'
import type { LogTable } from '../../../shared/ledger/io/log-table.ts'
import type { AccountFold } from '../../../shared/limits/io/account-fold.ts'
import { limitsEntryOn } from '../../../shared/limits/io/limit-versions.ts'
import { unpricedCeilings } from '../../../shared/limits/io/set-limits.ts'
import { cardInForce } from '../../../shared/pricing/cards/catalogue.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { type Services, type Setting, serve } from '../../admin-api/services.ts'

const getLimits = serve(api.getLimits, async ({ params: { account }, query: { day } }, { services }) => {
  const fold = await foldOf(services, account)
  const { settings, version } = fold.limits()
  if (day === undefined) return { status: 200, body: limitSettingsShape(settings, version) }
  for await (const { page, entry } of versionsBack(services.log, account, version))
    if (fold.dayOf(entry.at) <= day) return { status: 200, body: limitSettingsShape(entry.settings, page) }
  return { status: 200, body: limitSettingsShape(standardLimits, 0) }
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

const putLimits = serve(api.putLimits, async ({ params: { account }, body, key }, setting) => {
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
})

const isSame = (a: LimitSettings, b: LimitSettings): boolean => isStoredAlike(storedLimitSettings, a, b)

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

const cursor = cursorOf('limit-versions', z.number())

const listVersions = serve(
  api.listLimitVersions,
  async ({ params: { account }, query: { limit = api.MOST, after } }, { services }) => {
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
)

export const limitsHandlers: readonly Served<Services>[] = [getLimits, putLimits, listVersions]
