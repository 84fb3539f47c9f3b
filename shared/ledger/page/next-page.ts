import { type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import { isWithinRange } from '../../money/limits.ts'
import type { Instant } from '../../time/instant.ts'
import { crossingsBetween, levelsOf } from '../entries/crossings.ts'
import { type Entry, effectOf, settingsIn } from '../entries/entries.ts'
import type { Settings } from '../entries/settings.ts'
import { BalanceOutOfRange } from '../errors.ts'
import { nextTopUp } from '../tally/next-top-up.ts'
import { topUpPlace } from '../tally/top-up-state.ts'
import { NO_PREVIOUS_HASH, PAGE_FORMAT, type Page, type PageHeader } from './page.ts'
import { pageHash } from './page-hash.ts'

/** What a page is made of beside its place: the same for every place it may end up in. */
export interface PageContent {
  readonly account: string
  readonly entries: readonly Entry[]
  /** Packed entries, and their hash. */
  readonly body: Uint8Array
  readonly bodyHash: string
  readonly writtenAt: Instant
  readonly nonce: string
}

/** Lifetime totals after some entries. */
export interface Totals {
  readonly totalCredited: Credits
  readonly totalCharged: Credits
}

export function addEffects(totals: Totals, entries: readonly Entry[]): Totals {
  let { totalCredited, totalCharged } = totals
  for (const entry of entries) {
    const { credited, charged } = effectOf(entry)
    if (credited !== undefined) totalCredited = plus(totalCredited, credited)
    if (charged !== undefined) totalCharged = plus(totalCharged, charged)
  }
  return { totalCredited, totalCharged }
}

/** The log time of a page with these entries after a head. Neither event times nor the wall clock (account-log, "Exactly once"). */
export function logTimeAfter(head: Pick<PageHeader, 'logTime'> | undefined, entries: readonly Entry[]): Instant {
  let logTime = head?.logTime ?? 0
  for (const entry of entries) {
    if (entry.kind === 'charge' && entry.boundAt !== undefined) logTime = Math.max(logTime, entry.boundAt)
  }
  return logTime
}

/**
 * A restore is the first thing written to the restored log, so its cut is the page before. Epochs whose own cut is gone
 * with their pages have the same one: nothing after it is theirs.
 *
 * @throws RangeError for an epoch that was before
 */
export function cutsAfter(
  head: Pick<PageHeader, 'seq' | 'cuts'> | undefined,
  entries: readonly Entry[],
): readonly number[] {
  let cuts = head?.cuts ?? []
  for (const entry of entries) {
    if (entry.kind !== 'restore') continue
    if (entry.epoch <= cuts.length)
      throw new RangeError(`epoch ${entry.epoch} was before; the next is ${cuts.length + 1}`)
    cuts = [...cuts, ...Array.from({ length: entry.epoch - cuts.length }, () => head?.seq ?? 0)]
  }
  return cuts
}

/**
 * The page after `head`: charges, balance, crossings and the state of automatic top-up in one. `head` is undefined for
 * page 1 alone.
 *
 * @param settings those in force at `head`; of page 1, its own
 * @throws BalanceOutOfRange
 */
export function nextPage(head: Page | undefined, settings: Settings, content: PageContent): Page {
  const before = head?.header
  const { account, entries, body, writtenAt, nonce } = content
  const totals = addEffects(before ?? { totalCredited: noCredits, totalCharged: noCredits }, entries)
  const balance = minus(totals.totalCredited, totals.totalCharged)
  const seq = (before?.seq ?? 0) + 1
  if (![balance, totals.totalCredited, totals.totalCharged].every(isWithinRange))
    throw new BalanceOutOfRange(account, seq)
  const made = settingsIn(entries)
  const cuts = cutsAfter(before, entries)
  const header: PageHeader = {
    format: PAGE_FORMAT,
    account,
    seq,
    logTime: logTimeAfter(before, entries),
    writtenAt,
    balance,
    ...totals,
    ...nextTopUp({ topUp: before?.topUp ?? { kind: 'off' }, tally: before?.tally }, entries, {
      auto: (made ?? settings).autoTopUp,
      balance,
      place: topUpPlace(seq, cuts.length),
    }),
    crossings: crossingsBetween(before?.balance ?? noCredits, balance, levelsOf(settings, before?.tally)),
    entryCount: entries.length,
    settingsSeq: made === undefined ? (before?.settingsSeq ?? seq) : seq,
    cuts,
    nonce,
    previousHash: head?.hash ?? NO_PREVIOUS_HASH,
  }
  return { header, entries, body, hash: pageHash(header, content.bodyHash) }
}
