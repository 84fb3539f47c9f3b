import type { Place, SeenRange } from './coverage/coverage.ts'
import { withPlace } from './coverage/seen-ranges.ts'
import { type Entry, identityOf, settingsIn } from './entries/entries.ts'
import type { Identity } from './entries/identity.ts'
import type { Settings } from './entries/settings.ts'
import { checkSuccession } from './page/check-page.ts'
import type { Page } from './page/page.ts'

/** An entry and where it stands. */
export interface Found {
  readonly entry: Entry
  readonly page: Page
  /** From 0 within the page. */
  readonly position: number
}

/** What one process has read of an account's log: pages, and every identity in them. */
export interface Sight {
  readonly account: string
  /** The newest page seen; a newer one may exist. */
  readonly head: () => Page
  readonly add: (page: Page) => void
  readonly page: (seq: number) => Page | undefined
  readonly find: (identity: Identity) => Found | undefined
  /** Runs of pages that were all seen, ascending, not touching. The last one holds the head. */
  readonly ranges: () => readonly SeenRange[]
  /** Keeps of the newest run the newest pages with at most so many entries (a page counts as one more); forgets the rest. */
  readonly trim: (entries: number) => void
  /** Entries and pages it holds. */
  readonly size: () => number
  /** The settings that page `seq` made; known once that page was added or learned, whatever is trimmed. */
  readonly settings: (seq: number) => Settings | undefined
  /** Takes the settings from a page without counting it as seen. */
  readonly learnSettings: (page: Page) => void
}

/**
 * A sight that begins with one page of the log.
 *
 * Every page added is held against its neighbours: a log that does not chain is never looked at further.
 */
export function sightOf(first: Page): Sight {
  const { account } = first.header
  const pages = new Map<number, Page>()
  const index = new Map<Identity, Found>()
  let ranges: readonly SeenRange[] = []
  let head = first
  let size = 0
  let latestSettings: { readonly seq: number; readonly settings: Settings } | undefined

  const learnSettings = ({ header, entries }: Page): void => {
    const settings = settingsIn(entries)
    if (settings !== undefined) latestSettings = { seq: header.seq, settings }
  }

  const add = (page: Page): void => {
    const { seq } = page.header
    if (pages.has(seq)) return
    const [before, after] = [pages.get(seq - 1), pages.get(seq + 1)]
    if (before !== undefined) checkSuccession(before, page)
    if (after !== undefined) checkSuccession(page, after)
    pages.set(seq, page)
    ranges = withPlace(ranges, placeOf(page))
    page.entries.forEach((entry, position) => {
      index.set(identityOf(entry, account), { entry, page, position })
    })
    size += sizeOf(page)
    if (seq === page.header.settingsSeq) learnSettings(page)
    if (seq > head.header.seq) head = page
  }

  const forget = (page: Page): void => {
    pages.delete(page.header.seq)
    for (const entry of page.entries) index.delete(identityOf(entry, account))
    size -= sizeOf(page)
  }

  const trim = (entries: number): void => {
    const low = ranges.at(-1)?.from.seq ?? head.header.seq
    for (const page of [...pages.values()]) if (page.header.seq < low) forget(page)
    let from = low
    for (; size > entries && from < head.header.seq; from += 1) {
      const page = pages.get(from)
      if (page !== undefined) forget(page)
    }
    ranges = [{ from: placeOf(pages.get(from) ?? head), to: placeOf(head) }]
  }

  add(first)
  return {
    account,
    head: () => head,
    add,
    page: (seq) => pages.get(seq),
    find: (identity) => index.get(identity),
    ranges: () => ranges,
    trim,
    size: () => size,
    settings: (seq) => (latestSettings?.seq === seq ? latestSettings.settings : undefined),
    learnSettings,
  }
}

const placeOf = ({ header }: Page): Place => ({ seq: header.seq, logTime: header.logTime })

const sizeOf = (page: Page): number => page.entries.length + 1
