import { type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import { isWithinRange } from '../../money/limits.ts'
import type { Instant } from '../../time/instant.ts'
import { crossingsBetween, levelsOf } from '../entries/crossings.ts'
import { type Entry, effectOf, settingsIn } from '../entries/entries.ts'
import type { Settings } from '../entries/settings.ts'
import { BalanceOutOfRange, BrokenChain } from '../errors.ts'
import { nextTopUp } from '../tally/next-top-up.ts'
import { topUpPlace } from '../tally/top-up-state.ts'
import { bodyHash, NO_PREVIOUS_HASH, PAGE_FORMAT, type Page, type PageHeader, pageHash } from './page.ts'

/** The content of a page, independent of its place in the log. */
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
function logTimeAfter(head: Pick<PageHeader, 'logTime'> | undefined, entries: readonly Entry[]): Instant {
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
function cutsAfter(head: Pick<PageHeader, 'seq' | 'cuts'> | undefined, entries: readonly Entry[]): readonly number[] {
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

/**
 * Holds a page that was read against itself: its hash, and balance = credited − charged.
 *
 * @throws BrokenChain
 */
export function checkPage(page: Page): void {
  const { header, body, hash } = page
  const broken = (finding: string) => new BrokenChain(header.account, header.seq, finding)
  if (pageHash(header, bodyHash(body)) !== hash) throw broken('its content does not have its hash')
  if (!header.balance.eq(minus(header.totalCredited, header.totalCharged))) {
    throw broken('its balance is not credited minus charged')
  }
  if (header.seq === 1) checkSuccession(undefined, page)
}

/**
 * Holds a page against the one before it: dense numbers, the chain of hashes, totals, log time.
 *
 * @throws BrokenChain
 */
export function checkSuccession(before: Page | undefined, page: Page): void {
  const { header } = page
  const broken = (finding: string) => new BrokenChain(header.account, header.seq, finding)
  if (header.seq !== (before?.header.seq ?? 0) + 1) throw broken(`follows page ${before?.header.seq ?? 0}`)
  if (header.previousHash !== (before?.hash ?? NO_PREVIOUS_HASH))
    throw broken('does not name the hash of the page before it')
  if (header.cuts.join() !== cutsAfter(before?.header, page.entries).join()) throw broken('has the wrong cuts')
  if (header.logTime !== logTimeAfter(before?.header, page.entries)) throw broken('has the wrong log time')

  const totals = addEffects(before?.header ?? { totalCredited: noCredits, totalCharged: noCredits }, page.entries)
  if (!header.totalCredited.eq(totals.totalCredited) || !header.totalCharged.eq(totals.totalCharged)) {
    throw broken('its totals are not those of the page before it and its own entries')
  }
}
