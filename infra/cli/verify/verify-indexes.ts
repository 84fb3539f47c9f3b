import { encodeIndex } from '../../../shared/ledger/coverage/id-index-format.ts'
import { sealing } from '../../../shared/ledger/coverage/sealing.ts'
import { readIndex } from '../../../shared/ledger/io/search/id-indexes.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import type { Finding } from '../../../shared/ledger/verify/verify-finding.ts'
import { instantText } from '../../../shared/time/instant.ts'
import type { StoredTables } from '../lib/stored-tables.ts'

/** Makes the indexes of a log's ids again, and holds the stored ones against them. */
export interface IndexCheck {
  /** One page after another, from page 1 on. */
  readonly add: (page: Page) => Promise<readonly Finding[]>
}

/** One that ends with another page is of a log since restored: nobody believes it, so nothing is said of it. */
export function indexCheck({ archive }: Pick<StoredTables, 'archive'>): IndexCheck {
  const seals = sealing(0)
  return {
    add: async (page) => {
      const findings: Finding[] = []
      for (const index of seals.add(page)) {
        const stored = await readIndex(archive, index.account, index.bucket)
        if (stored?.lastHash !== index.lastHash) continue
        if (Buffer.compare(encodeIndex(stored), encodeIndex(index)) === 0) continue
        const expected = `the index of ids from ${instantText(index.bucket)} on as its pages give it`
        findings.push({ check: 'archive', expected, found: 'another one' })
      }
      return findings
    },
  }
}
