import { minus } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Page } from '../page/page.ts'
import { PAGE_BODY_BYTES, PAGE_ENTRIES } from '../page/page-bounds.ts'
import { bodyHash, pageHash } from '../page/page-hash.ts'
import type { Finding } from './verify-finding.ts'

/** Holds a page against itself: its hash, balance = credited − charged, its limits. Says all that is wrong, never throws. */
export function findingsInPage({ header, entries, body, hash }: Page): readonly Finding[] {
  const findings: Finding[] = [...findingsOfHash({ header, body, hash })]
  const balance = minus(header.totalCredited, header.totalCharged)
  if (!balance.eq(header.balance)) {
    const expected = `${plain(balance)} credits, credited minus charged`
    findings.push({ check: 'balance', expected, found: plain(header.balance) })
  }
  if (entries.length === 0 || entries.length > PAGE_ENTRIES) {
    findings.push({ check: 'page', expected: `1 to ${PAGE_ENTRIES} entries`, found: `${entries.length}` })
  }
  if (body.length > PAGE_BODY_BYTES && entries.length > 1) {
    findings.push({ check: 'page', expected: `a body of at most ${PAGE_BODY_BYTES} bytes`, found: `${body.length}` })
  }
  return findings
}

/** Also of a page whose entries can't be read. */
export function findingsOfHash({ header, body, hash }: Pick<Page, 'header' | 'body' | 'hash'>): readonly Finding[] {
  const ownHash = pageHash(header, bodyHash(body))
  return ownHash === hash ? [] : [{ check: 'hash', expected: `${ownHash}, the hash of its content`, found: hash }]
}
