import type { Page } from '../../shared/ledger/page/page.ts'
import type { Cursor } from '../../shared/spend/io/snapshots-table.ts'

/** What was read of a log after its cursor. */
export interface Tail {
  readonly cursor: Cursor | undefined
  /** The page that the cursor stands at; `undefined`: nothing was followed yet. */
  readonly before: Page | undefined
  /** The pages after it, in order. */
  readonly pages: readonly Page[]
}

/** Tails that this process has read: pages never change, so what was read once need not be read again. */
export interface WarmTails {
  /** The tail of an account, if its cursor still stands where it stood. */
  readonly take: (account: string, cursor: Cursor | undefined) => Tail | undefined
  readonly keep: (account: string, tail: Tail) => void
}

/** About half a KB each. */
const WARM_ENTRIES = 100_000

export function warmTails(): WarmTails {
  const tails = new Map<string, Tail>()
  let entries = 0
  const forget = (account: string): Tail | undefined => {
    const tail = tails.get(account)
    if (tail === undefined) return undefined
    entries -= sizeOf(tail)
    tails.delete(account)
    return tail
  }
  return {
    take: (account, cursor) => {
      const tail = forget(account)
      return tail?.cursor?.seq === cursor?.seq && tail?.cursor?.hash === cursor?.hash ? tail : undefined
    },
    keep: (account, tail) => {
      forget(account)
      tails.set(account, tail)
      entries += sizeOf(tail)
      for (const [oldest] of tails) {
        if (entries <= WARM_ENTRIES) break
        forget(oldest)
      }
    },
  }
}

const sizeOf = ({ before, pages }: Tail): number =>
  pages.reduce((sum, { entries }) => sum + entries.length + 1, 1 + (before?.entries.length ?? 0))
