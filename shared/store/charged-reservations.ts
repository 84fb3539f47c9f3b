import { type Gate, type Lookback, rebaseGate } from '../limits/gate.ts'
import type { Instant } from '../time/instant.ts'
import type { AccountFold } from './account-fold.ts'
import { type LogTable, readPages } from './log-table.ts'

/** Some MB. Of a gate that nobody asked for longer, the rest is read by whoever asks next. */
const MOST_PAGES = 4000

/** What pages that a fold began after say of reservations. */
export interface Earlier {
  /** `undefined`: every page that the fold did not take in itself is known. */
  readonly lookedUpTo: number | undefined
  readonly chargedAt: ReadonlyMap<string, number>
}

const nothingEarlier: Earlier = { lookedUpTo: undefined, chargedAt: new Map() }

/**
 * Reads of the log what a gate has not looked at and the fold began after; mostly nothing.
 *
 * A gate without a hold that may still be open asks for nothing: whatever was charged, it is let go.
 */
export async function readEarlier(log: LogTable, fold: AccountFold, stored: Gate, readAt: Instant): Promise<Earlier> {
  const head = fold.head()
  if (head === undefined) return nothingEarlier
  const { seq, holds } = rebaseGate(stored, head.header)
  if (seq >= fold.since || holds.every(({ expiresAt }) => expiresAt <= readAt)) return nothingEarlier
  const pages = await readPages(log, fold.account, { from: seq + 1, to: fold.since, limit: MOST_PAGES })
  const chargedAt = new Map<string, number>()
  for (const { header, entries } of pages)
    for (const entry of entries)
      if (entry.kind === 'charge' && entry.reservation !== undefined) chargedAt.set(entry.reservation, header.seq)
  const last = pages.at(-1)?.header.seq ?? seq
  return { lookedUpTo: last < fold.since ? last : undefined, chargedAt }
}

/** What a gate is folded by, as the fold stands when this is asked. */
export function lookback(fold: AccountFold, earlier: Earlier, readAt: Instant): Lookback {
  const head = fold.head()
  if (head === undefined) throw new Error(`the fold of ${fold.account} has lost its head`)
  return {
    head: head.header,
    lookedUpTo: earlier.lookedUpTo ?? head.header.seq,
    chargedAt: (reservation) => fold.chargedAt(reservation) ?? earlier.chargedAt.get(reservation),
    readAt,
  }
}
