import type * as z from 'zod/mini'
import { grantShape } from '../../../shared/api/credits/limit-entry.ts'
import * as api from '../../../shared/api/limits/limit-changes.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import type { Served } from '../../../shared/http/serve.ts'
import type { LimitsEntry, UpgradeDecisionEntry, UserTiersEntry } from '../../../shared/ledger/entries/limits.ts'
import { knownAccount } from '../../../shared/ledger/io/accounts-table.ts'
import type { LogTable } from '../../../shared/ledger/io/log-table.ts'
import { END_OF_LOG, type EntryPlace, scanBack } from '../../../shared/ledger/io/read-entries.ts'
import { changesOf } from '../../../shared/limits/io/limit-versions.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { type Services, serve } from '../services.ts'

type Change = LimitsEntry | UserTiersEntry | UpgradeDecisionEntry

const listChanges = serve(
  api.listLimitChanges,
  async ({ params: { account }, query: { limit, after } }, { services }) => {
    await knownAccount(services, account)
    const before = after === undefined ? END_OF_LOG : { page: after[0], position: after[1] }
    const scanned = await scanBack(services.log, account, { before, limit }, (entry) =>
      entry.kind === 'limits' || entry.kind === 'user-tiers' || entry.kind === 'upgrade-decision' ? entry : undefined,
    )
    const changes = []
    for (const { item, place } of scanned.found) changes.push(await changeShape(services.log, account, item, place))
    const shown = fitting(changes)
    const last = scanned.found[shown.length - 1]?.place
    const next = shown.length < changes.length ? last : scanned.next
    return { status: 200, body: { changes: shown, next: api.paging.next(next && [next.page, next.position]) } }
  },
)

async function changeShape(
  log: LogTable,
  account: string,
  entry: Change,
  { page, position }: EntryPlace,
): Promise<z.infer<typeof api.changeSchema>> {
  const place = { page, position, actor: entry.actor, at: instantText(entry.at) }
  switch (entry.kind) {
    case 'limits':
      return { kind: 'limits', ...place, changes: [...(await changesOf(log, account, entry))] }
    case 'user-tiers':
      return { kind: 'user-tiers', ...place, tiers: entry.tiers.map(([user, tier]) => ({ user, tier })) }
    case 'upgrade-decision': {
      const { id, user, category, granted, word } = entry
      return { kind: 'upgrade-decision', ...place, request: id, user, category, granted: grantShape(granted), word }
    }
  }
}

export const limitChangeHandlers: readonly Served<Services>[] = [listChanges]
