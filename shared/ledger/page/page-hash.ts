import { sha256Hex } from '../../digest/sha256.ts'
import { plain } from '../../money/exact.ts'
import { topUpText } from '../tally/top-up-state.ts'
import type { PageHeader } from './page.ts'

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
