import { type Credits, minus, noCredits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import { settingsIn } from '../entries/entries.ts'
import { crossingsBetween, levelsOf, type Settings } from '../entries/settings.ts'
import { BalanceOutOfRange } from '../errors.ts'
import {
  bodyHash,
  nextPage,
  PAGE_BODY_BYTES,
  PAGE_ENTRIES,
  type Page,
  type PageHeader,
  pageHash,
} from '../page/page.ts'
import { topUpText } from '../tally/top-up-state.ts'
import type { Check, Finding } from './finding.ts'

/** A verified page, with the settings in force after it. */
export interface Begin {
  readonly page: Page
  readonly settings: Settings
}

/**
 * Holds the pages of one log against each other, one after another.
 *
 * A page is a function of the page before it, the settings in force and its own entries: each is made again, and
 * compared field by field. After a gap it trusts the next page, so that one fault is reported once.
 */
export class ChainCheck {
  #last: number
  #before: Page | undefined
  #settings: Settings | undefined

  /** @param begin what was verified before; the pages come from the next one on */
  constructor(begin?: Begin) {
    this.#last = begin?.page.header.seq ?? 0
    this.#before = begin?.page
    this.#settings = begin?.settings
  }

  add(page: Page): readonly Finding[] {
    const { seq } = page.header
    const findings = [...this.#step(seq), ...findingsOfOpening(page)]
    const made = settingsIn(page.entries)
    // Page 1 makes the settings that it is held against; later ones are held against those before them.
    const inForce = seq === 1 ? made : this.#settings
    if (this.#before !== undefined || seq === 1) findings.push(...findingsBetween(this.#before, page, inForce))
    this.#settings = made ?? this.#settings
    this.#before = page
    return findings
  }

  /** An unreadable page: the next page can be checked only against its number. */
  pass(seq: number): readonly Finding[] {
    const findings = this.#step(seq)
    this.#before = undefined
    return findings
  }

  #step(seq: number): readonly Finding[] {
    const expected = this.#last + 1
    this.#last = seq
    if (seq === expected) return []
    this.#before = undefined
    return [{ check: 'number', expected: `page ${expected}`, found: `page ${seq}` }]
  }
}

function findingsOfOpening({ header, entries }: Page): readonly Finding[] {
  const opens = entries.findIndex((entry) => entry.kind === 'open')
  if (header.seq === 1 && opens !== 0) {
    return [{ check: 'settings', entry: 0, expected: 'the opening', found: entries[0]?.kind ?? 'nothing' }]
  }
  if (header.seq > 1 && opens >= 0) {
    return [{ check: 'settings', entry: opens, expected: 'the opening in page 1 alone', found: 'another one' }]
  }
  return []
}

/** The fields of a header that follow from the page before and from its own entries, as text. */
const FIELDS: readonly (readonly [Check, (header: PageHeader) => string])[] = [
  ['chain', ({ previousHash }) => previousHash],
  ['log time', ({ logTime }) => `${logTime} ms`],
  ['credited', ({ totalCredited }) => plain(totalCredited)],
  ['charged', ({ totalCharged }) => plain(totalCharged)],
  ['settings', ({ settingsSeq }) => `those of page ${settingsSeq}`],
  ['cuts', ({ cuts }) => cuts.join(', ')],
]

function findingsBetween(before: Page | undefined, page: Page, settings: Settings | undefined): readonly Finding[] {
  const again = headerAgain(before, page, settings)
  if (again === undefined) {
    return [{ check: 'balance', expected: 'at most 14 digits of credits', found: plain(page.header.balance) }]
  }
  const findings = FIELDS.flatMap(([check, text]) => differing(check, text(again), text(page.header)))
  if (settings === undefined) return findings
  // It takes the balances as stored: a wrong balance is reported for its own page.
  const crossings = crossingsBetween(
    before?.header.balance ?? noCredits,
    page.header.balance,
    levelsOf(settings, before?.header.tally),
  )
  return [
    ...findings,
    ...differing('crossings', levelsText(crossings), levelsText(page.header.crossings)),
    ...differing('top-up', topUpText(again.topUp, again.tally), topUpText(page.header.topUp, page.header.tally)),
  ]
}

/** The header that a writer gives these entries here; `undefined`: none would write them. */
function headerAgain(before: Page | undefined, page: Page, settings: Settings | undefined): PageHeader | undefined {
  const { header, entries, body } = page
  const { account, writtenAt, nonce } = header
  const content = { account, entries, body, bodyHash: bodyHash(body), writtenAt, nonce }
  try {
    return nextPage(before, settings ?? { lowBalanceLevels: [] }, content).header
  } catch (error) {
    if (error instanceof BalanceOutOfRange) return undefined
    throw error
  }
}

const differing = (check: Check, expected: string, found: string): readonly Finding[] =>
  expected === found ? [] : [{ check, expected, found }]

const levelsText = (levels: readonly Credits[]): string => (levels.length === 0 ? 'none' : levels.map(plain).join(', '))

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
