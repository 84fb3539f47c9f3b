import { type PagePlace, type SeenRange, withPlace } from './coverage/coverage-rule.ts'
import { type Entry, identityOf, settingsIn } from './entries/entries.ts'
import type { Identity } from './entries/identity.ts'
import type { Settings } from './entries/settings.ts'
import { checkSuccession, type Page } from './page/page.ts'

/** An entry and where it stands. */
export interface FoundEntry {
  readonly entry: Entry
  readonly page: Page
  /** From 0 within the page. */
  readonly position: number
}

/**
 * The pages of an account's log that one process has read, with every identity in them.
 *
 * Every added page is checked against its neighbours: a log that does not chain is not read further.
 */
export class Sight {
  readonly account: string
  readonly #pages = new Map<number, Page>()
  readonly #index = new Map<Identity, FoundEntry>()
  #ranges: readonly SeenRange[] = []
  #head: Page
  #size = 0
  #latestSettings: { readonly seq: number; readonly settings: Settings } | undefined

  /** @param first the page to begin with */
  constructor(first: Page) {
    this.account = first.header.account
    this.#head = first
    this.add(first)
  }

  /** The newest page seen; a newer one may exist. */
  head(): Page {
    return this.#head
  }

  /** Takes a page that was read. @throws BrokenChain */
  add(page: Page): void {
    const { seq } = page.header
    if (this.#pages.has(seq)) return
    const [before, after] = [this.#pages.get(seq - 1), this.#pages.get(seq + 1)]
    if (before !== undefined) checkSuccession(before, page)
    if (after !== undefined) checkSuccession(page, after)
    this.#pages.set(seq, page)
    this.#ranges = withPlace(this.#ranges, placeOf(page))
    page.entries.forEach((entry, position) => {
      this.#index.set(identityOf(entry, this.account), { entry, page, position })
    })
    this.#size += sizeOf(page)
    if (seq === page.header.settingsSeq) this.learnSettings(page)
    if (seq > this.#head.header.seq) this.#head = page
  }

  /** A page that was seen. */
  page(seq: number): Page | undefined {
    return this.#pages.get(seq)
  }

  /** The entry of an identity, in the pages seen. */
  find(identity: Identity): FoundEntry | undefined {
    return this.#index.get(identity)
  }

  /** Runs of pages that were all seen, ascending, not touching. The last one holds the head. */
  ranges(): readonly SeenRange[] {
    return this.#ranges
  }

  /** Keeps the newest pages of the newest run that have at most `entries` entries (a page counts as one more); forgets the rest. */
  trim(entries: number): void {
    const low = this.#ranges.at(-1)?.from.seq ?? this.#head.header.seq
    for (const page of [...this.#pages.values()]) if (page.header.seq < low) this.#forget(page)
    let from = low
    for (; this.#size > entries && from < this.#head.header.seq; from += 1) {
      const page = this.#pages.get(from)
      if (page !== undefined) this.#forget(page)
    }
    this.#ranges = [{ from: placeOf(this.#pages.get(from) ?? this.#head), to: placeOf(this.#head) }]
  }

  /** Entries and pages it holds. */
  size(): number {
    return this.#size
  }

  /** The settings that page `seq` made; known from when that page was added or learned, also after a trim. */
  settings(seq: number): Settings | undefined {
    return this.#latestSettings?.seq === seq ? this.#latestSettings.settings : undefined
  }

  /** Takes the settings from a page without counting it as seen. */
  learnSettings({ header, entries }: Page): void {
    const settings = settingsIn(entries)
    if (settings !== undefined) this.#latestSettings = { seq: header.seq, settings }
  }

  #forget(page: Page): void {
    this.#pages.delete(page.header.seq)
    for (const entry of page.entries) this.#index.delete(identityOf(entry, this.account))
    this.#size -= sizeOf(page)
  }
}

const placeOf = ({ header }: Page): PagePlace => ({ seq: header.seq, logTime: header.logTime })

const sizeOf = (page: Page): number => page.entries.length + 1
