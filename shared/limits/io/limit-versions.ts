import * as z from 'zod/mini'
import { type LimitSettings, standardLimits, storedLimitSettings } from '../../ledger/entries/limit-settings.ts'
import type { LimitsEntry } from '../../ledger/entries/limits.ts'
import { type LogTable, readPage } from '../../ledger/io/log-table.ts'
import { amountText, credits } from '../../money/amounts.ts'
import type { AccountFold } from './account-fold.ts'

/** The entry of a page that set an account's limits. @throws Error where the page sets none: it was named as one that does */
async function limitsEntryOn(log: LogTable, account: string, page: number): Promise<LimitsEntry> {
  const entries = (await readPage(log, account, page))?.entries ?? []
  const entry = entries.findLast((one): one is LimitsEntry => one.kind === 'limits')
  if (entry === undefined) throw new Error(`page ${page} of account ${account} sets no limits`)
  return entry
}

/** Every version of the limits, the newest first: each names the page of the one before. */
export async function* versionsBack(
  log: LogTable,
  account: string,
  newest: number,
): AsyncGenerator<{ readonly page: number; readonly entry: LimitsEntry }> {
  for (let page = newest; page > 0; ) {
    const entry = await limitsEntryOn(log, account, page)
    yield { page, entry }
    page = entry.previous
  }
}

/** The limits of an account, and the page that set them; 0: the standard ones. @param day at the end of it; absent: now */
export async function limitsAt(
  log: LogTable,
  fold: AccountFold,
  day?: string,
): Promise<{ readonly settings: LimitSettings; readonly version: number }> {
  if (day === undefined) return fold.limits()
  for await (const { page, entry } of versionsBack(log, fold.account, fold.limits().version))
    if (fold.dayOf(entry.at) <= day) return { settings: entry.settings, version: page }
  return { settings: standardLimits, version: 0 }
}

/** The changes of an entry that set limits. */
export async function changesOf(
  log: LogTable,
  account: string,
  { previous, settings }: LimitsEntry,
): Promise<readonly LimitsChange[]> {
  const before = previous === 0 ? standardLimits : (await limitsEntryOn(log, account, previous)).settings
  return limitsChanges(before, settings)
}

/** One thing that is set otherwise. `undefined`: it was not there, or is gone. */
interface LimitsChange {
  /** `tiers/low/limits/text`, `ceilings/sales/limit`, `levels`. */
  readonly what: string
  readonly from: string | undefined
  readonly to: string | undefined
}

/** The differences of two versions of limits, each by its name; tiers and ceilings by their ids, in any order. */
export function limitsChanges(from: LimitSettings, to: LimitSettings): readonly LimitsChange[] {
  const [before, after] = [named(from), named(to)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((what) => before.get(what) !== after.get(what))
    .map((what) => ({ what, from: before.get(what), to: after.get(what) }))
}

function named(settings: LimitSettings): ReadonlyMap<string, string> {
  const { tiers, ceilings, levels, unknown, tells, ...rest } = z.encode(storedLimitSettings, settings)
  const names = new Map<string, string>()
  const put = (what: string, value: string | number | boolean | undefined) => {
    if (value !== undefined) names.set(what, String(value))
  }
  for (const { id, name, limits, archived } of tiers) {
    put(`tiers/${id}/name`, name)
    put(`tiers/${id}/archived`, archived)
    for (const [category, limit] of limits) put(`tiers/${id}/limits/${category}`, euroText(limit))
  }
  put('tiers', tiers.map(({ id }) => id).join(', '))
  for (const { id, limit, window, ...ceiling } of ceilings) {
    for (const [field, value] of Object.entries(ceiling)) put(`ceilings/${id}/${field}`, value)
    put(`ceilings/${id}/window`, window.kind === 'cycle' ? `cycle from day ${window.day}` : window.kind)
    put(`ceilings/${id}/limit`, euroText(limit))
  }
  put('levels', levels.join(', '))
  for (const [field, value] of Object.entries(unknown)) put(`unknown/${field}`, value)
  for (const [field, value] of Object.entries(tells)) put(`tells/${field}`, value)
  for (const [field, value] of Object.entries(rest)) put(field, value)
  return names
}

const euroText = (amount: string): string => `${amountText(credits(amount)).eur} €`
