import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { grantSchema, grantShape } from '../../../shared/api/credits/limit-entry.ts'
import { entryPlace } from '../../../shared/api/fields/entry-place.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { timeSchema } from '../../../shared/api/fields/time.ts'
import { described } from '../../../shared/http/described.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import { type Operation, reading } from '../../../shared/http/operation.ts'
import type { LimitsEntry, UpgradeDecisionEntry, UserTiersEntry } from '../../../shared/ledger/entries/entry.ts'
import { standardLimits } from '../../../shared/ledger/entries/limit-settings.ts'
import { knownAccount } from '../../../shared/ledger/io/known-account.ts'
import type { LogTable } from '../../../shared/ledger/io/log-table.ts'
import type { EntryPlace } from '../../../shared/ledger/io/read-entries.ts'
import { END_OF_LOG, scanBack } from '../../../shared/ledger/io/scan-back.ts'
import { limitsChanges, limitsEntryOn } from '../../../shared/limits/io/limit-versions.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { categories } from '../../../shared/usage/meters.ts'

type Change = LimitsEntry | UserTiersEntry | UpgradeDecisionEntry

const made = { ...entryPlace, actor: z.string(), at: timeSchema }

const changeSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('limits'),
      ...made,
      changes: described(
        z.array(z.object({ what: z.string(), from: z.optional(z.string()), to: z.optional(z.string()) })),
        'What is set otherwise than before, by its name',
      ),
    }),
    z.object({
      kind: z.literal('user-tiers'),
      ...made,
      tiers: z.array(z.object({ user: z.string(), tier: z.optional(z.string()) })),
    }),
    z.object({
      kind: z.literal('upgrade-decision'),
      ...made,
      request: z.string(),
      user: z.string(),
      category: z.enum(categories),
      granted: grantSchema,
      word: z.optional(z.string()),
    }),
  ])
  .check(z.meta({ id: 'LimitChange' }))

const MOST = 100
const USUAL = 50
const cursor = cursorOf('limit-changes', z.tuple([z.int(), z.int()]))

const listChanges = reading({
  operationId: 'listLimitChanges',
  tag: 'Limits',
  summary: 'Who changed what about limits, and when',
  description:
    'Newest first, from the log: tiers and ceilings with the differences, who came into which tier, decisions. Much of a log is of another kind: an answer may hold few of them, or none, and `next`.',
  params: accountPathSchema,
  query: pagingSchema(MOST, USUAL),
  answers: [
    {
      status: 200,
      description: 'Changes',
      schema: z.object({ changes: z.array(changeSchema), next: nextSchema }),
      example: {
        changes: [
          {
            kind: 'limits' as const,
            page: 17,
            position: 0,
            actor: 'olga',
            at: '2026-11-24T08:00:00.000Z',
            changes: [{ what: 'tiers/low/limits/text', from: '5.00 €', to: '7.00 €' }],
          },
        ],
      },
    },
  ],
  problems: [],
  handle: async ({ params: { account }, query: { limit = USUAL, after } }, { services }) => {
    await knownAccount(services, account)
    const [page, position] = after === undefined ? [] : cursor.read(after)
    const before = page === undefined || position === undefined ? END_OF_LOG : { page, position }
    const scanned = await scanBack(services.log, account, { before, limit }, (entry) =>
      entry.kind === 'limits' || entry.kind === 'user-tiers' || entry.kind === 'upgrade-decision' ? entry : undefined,
    )
    const changes = []
    for (const { item, place } of scanned.found) changes.push(await changeShape(services.log, account, item, place))
    const shown = fitting(changes)
    const last = scanned.found[shown.length - 1]?.place
    const next = shown.length < changes.length ? last : scanned.next
    return {
      status: 200,
      body: { changes: shown, ...(next !== undefined && { next: cursor.write([next.page, next.position]) }) },
    }
  },
})

async function changeShape(
  log: LogTable,
  account: string,
  entry: Change,
  { page, position }: EntryPlace,
): Promise<z.infer<typeof changeSchema>> {
  const place = { page, position, actor: entry.actor, at: instantText(entry.at) }
  switch (entry.kind) {
    case 'limits': {
      const before = await settingsOf(log, account, entry.previous)
      const changes = limitsChanges(before, entry.settings).map(({ what, from, to }) => ({
        what,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      }))
      return { kind: 'limits', ...place, changes }
    }
    case 'user-tiers': {
      const tiers = entry.tiers.map(([user, tier]) => ({ user, ...(tier !== undefined && { tier }) }))
      return { kind: 'user-tiers', ...place, tiers }
    }
    case 'upgrade-decision': {
      const { id, user, category, granted, word } = entry
      const what = { request: id, user, category, granted: grantShape(granted) }
      return { kind: 'upgrade-decision', ...place, ...what, ...(word !== undefined && { word }) }
    }
  }
}

/** The limits that a page set; 0: the standard ones. */
const settingsOf = async (log: LogTable, account: string, page: number) =>
  page === 0 ? standardLimits : (await limitsEntryOn(log, account, page)).settings

export const limitChangeOperations: readonly Operation[] = [listChanges]
