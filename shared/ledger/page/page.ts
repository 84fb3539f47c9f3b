import { sha256Hex } from '../../digest/sha256.ts'
import type { Credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Instant } from '../../time/instant.ts'
import type { Entry } from '../entries/entries.ts'
import { type TopUpState, type TopUpTally, topUpText } from '../tally/top-up-state.ts'

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

export const NO_PREVIOUS_HASH = '0'.repeat(64)

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
