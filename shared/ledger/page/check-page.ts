import { minus, noCredits } from '../../money/amounts.ts'
import { BrokenChain } from '../errors.ts'
import { addEffects, cutsAfter, logTimeAfter } from './next-page.ts'
import { NO_PREVIOUS_HASH, type Page } from './page.ts'
import { bodyHash, pageHash } from './page-hash.ts'

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
