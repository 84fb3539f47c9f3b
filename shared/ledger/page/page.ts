import { sha256Hex } from '../../digest/sha256.ts'
import { type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import { isWithinRange } from '../../money/limits.ts'
import type { Instant } from '../../time/instant.ts'
import { type Entry, effectOf, settingsIn } from '../entries/entries.ts'
import { crossingsBetween, levelsOf, type Settings } from '../entries/settings.ts'
import { BalanceOutOfRange, BrokenChain } from '../errors.ts'
import { nextTopUp } from '../tally/next-top-up.ts'
import { type TopUpState, type TopUpTally, topUpPlace, topUpText } from '../tally/top-up-state.ts'

/** The format that is written. Readers know every format that ever was. */
export const PAGE_FORMAT = 1

/** A page's bounds: an item stays far below DynamoDB's 400 KB, and one read brings many pages. */
export const PAGE_ENTRIES = 1000
export const PAGE_BODY_BYTES = 64 * 1024

/** The header of a page (account-log, "Shape"). Amounts in credits. */
export interface PageHeader {
  readonly format: number
  readonly account: string
  /** Dense, from 1. */
  readonly seq: number
  /** max(log time of the page before, id times of the account-bound events in this page); never the wall clock. */
  readonly logTime: Instant
  /** Wall clock of the writer; informative only. */
  readonly writtenAt: Instant
  /** After this page: lifetime credited − lifetime charged. */
  readonly balance: Credits
  readonly totalCredited: Credits
  readonly totalCharged: Credits
  readonly topUp: TopUpState
  /** `undefined`: nothing was ever topped up, nor tried. */
  readonly tally: TopUpTally | undefined
  /** The levels that the balance fell below with this page. */
  readonly crossings: readonly Credits[]
  readonly entryCount: number
  /** The page that last changed the settings. */
  readonly settingsSeq: number
  /**
   * By epoch, the page that its restore went back to; none: never restored. Their number is the log's epoch. A marker of an older
   * epoch says nothing of pages after the cut.
   */
  readonly cuts: readonly number[]
  /** Eight random bytes of the writer, hex: tells two writers' equal pages apart. */
  readonly nonce: string
  /** Hex; of page 1: zeros. */
  readonly previousHash: string
}

/** A page as its writer knows it, and as every reader gets it back. */
export interface Page {
  readonly header: PageHeader
  readonly entries: readonly Entry[]
  /** The packed entries, as stored. */
  readonly body: Uint8Array
  /** Hex SHA-256 over header and body. */
  readonly hash: string
}

const NO_PREVIOUS_HASH = '0'.repeat(64)

/** Hash of the packed entries: they depend on neither seq nor balance, so it is made once, before any race. */
export const bodyHash = (body: Uint8Array): string => sha256Hex(body)

/**
 * The page's hash, which the next page names: SHA-256 over the header's canonical text and the body's hash.
 *
 * Over texts, since DynamoDB rewrites 1.50 as 1.5; over the packed body, since brotli's output varies by version.
 */
export function pageHash(header: PageHeader, hashOfBody: string): string {
  return sha256Hex(
    JSON.stringify([
      header.format,
      header.account,
      header.seq,
      header.logTime,
      header.writtenAt,
      plain(header.balance),
      plain(header.totalCredited),
      plain(header.totalCharged),
      topUpText(header.topUp, header.tally),
      header.crossings.map(plain),
      header.entryCount,
      header.settingsSeq,
      header.cuts,
      header.nonce,
      header.previousHash,
      hashOfBody,
    ]),
  )
}

/** A log's epoch: how often it was restored. */
export const epochOf = ({ cuts }: Pick<PageHeader, 'cuts'>): number => cuts.length

/**
 * How far a marker's word reaches in a log that was restored since: "no writer wrote this identity up to `seq`, unless
 * with this marker" holds for pages that are still those its writer saw, so for none after the cuts of later epochs
 * (account-log, "Change and restore").
 */
export const standingSeq = (
  marker: { readonly seq: number; readonly epoch: number },
  { cuts }: Pick<PageHeader, 'cuts'>,
): number => Math.min(marker.seq, ...cuts.slice(marker.epoch))

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
