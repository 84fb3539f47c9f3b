import { brotliDecompressSync } from 'node:zlib'
import type { Writer } from '../services/documents.ts'
import type { Item } from '../services/expressions.ts'
import type { Table } from '../services/tables.ts'
import type { Variant } from '../traffic/variant.ts'
import type { Report } from './findings.ts'
import { chargeKey, identityText, type Knowledge, variantKey } from './knowledge.ts'
import type { Ledger } from './ledger.ts'
import { costAt, variantText } from './price.ts'

/** An event on a shelf, read from the item by a reader of the oracle's own. */
export interface ShelvedEvent {
  /** The first part of the shelf's name. */
  readonly shelf: string
  readonly reason: string
  readonly text: string
}

const TOLERANCE_MS = 5 * 60_000
const LONGEST_WAIT_MS = 48 * 60 * 60_000

/** How far an event is ahead of the clock of who judged it, when that began; of a slow clock a message's sent time counts, up to now. */
function aheadOf(
  { time, boundAt }: Variant,
  { machine, invokedAt }: Writer,
): { readonly least: number; readonly most: number } {
  const ahead = Math.max(time, boundAt ?? 0) - invokedAt
  return { least: ahead - Math.max(0, machine.skewMs), most: ahead - machine.skewMs }
}

/** Watches the shelves for what should not be there. */
export function shelfWatch(knowledge: Knowledge, report: Report) {
  return (item: Item, table: Table, writer: Writer): void => {
    if (item['kind'] === undefined) return
    const { shelf, reason, text } = readShelved(table, item)
    if (!knowledge.texts.has(text)) report('safety', 'an event is held to the letter', text.slice(0, 300))
    if (shelf === 'discarded') return
    const variant = knowledge.texts.get(text)
    if (variant === undefined) {
      if (shelf !== 'quarantine') report('safety', 'what is no event is quarantined', text.slice(0, 300))
      return
    }
    const what = `${identityText(variant)} of ${variant.account} (${shelf}: ${reason})`
    const { least, most } = aheadOf(variant, writer)
    if (shelf === 'parked') checkParked(knowledge, report, variant, writer.invokedAt, what)
    else if (shelf === 'ahead') {
      if (most <= TOLERANCE_MS || least > LONGEST_WAIT_MS)
        report('safety', 'only what is ahead waits for its time', what)
    } else if (!mayBeRefused(knowledge, variant, reason, writer))
      report('safety', 'a good event is never quarantined', what)
  }
}

/** Only what had no price, also not by the cards that could be read when the function began. */
function checkParked({ cards }: Knowledge, report: Report, variant: Variant, invokedAt: number, what: string): void {
  const visible = cards.filter((card) => card.visibleAt <= invokedAt)
  const usage = { ...variant, variant: variantText(variant.variant) }
  if (costAt(usage, visible, variant.time) !== undefined) report('safety', 'what has a price is not parked', what)
}

function mayBeRefused({ openedAt, variants }: Knowledge, variant: Variant, reason: string, writer: Writer): boolean {
  switch (reason) {
    case 'event.conflict':
      return (variants.get(identityText(variant))?.size ?? 0) > 1
    case 'account.unknown':
      return (openedAt.get(variant.account) ?? Number.POSITIVE_INFINITY) > writer.invokedAt
    case 'event.ahead':
      return aheadOf(variant, writer).most > LONGEST_WAIT_MS
    default:
      return false
  }
}

/** The piece that an item itself has is one of many where an original is large. */
function readShelved(table: Table, item: Item): ShelvedEvent {
  const pieces = [item['original']!.B!]
  for (let part = 1; part <= Number(item['parts']?.N ?? 0); part += 1) {
    const entry = { S: `${item['entry']!.S}#part-${String(part).padStart(4, '0')}` }
    pieces.push(table.get({ shelf: item['shelf']!, entry })!['original']!.B!)
  }
  const text = brotliDecompressSync(Buffer.concat(pieces)).toString()
  return { shelf: item['shelf']!.S!.split('#')[0]!, reason: item['reason']?.S ?? '', text }
}

export interface LyingEvent extends ShelvedEvent {
  readonly variant: Variant | undefined
}

/** All that lies on shelves. */
export const lyingEvents = (table: Table, { texts }: Knowledge): readonly LyingEvent[] =>
  table.all().flatMap((item) => {
    if (item['kind'] === undefined) return []
    const shelved = readShelved(table, item)
    return [{ ...shelved, variant: texts.get(shelved.text) }]
  })

/** Watches what leaves its place, and what is charged from a shelf. */
export interface LeaveWatch {
  /** @param after what lies there now; `undefined`: nothing */
  readonly left: (before: Item, after: Item | undefined, table: Table) => void
  /** A function that works off shelves has charged this. */
  readonly charged: (variant: Variant, table: Table, writer: Writer) => void
}

export function leaveWatch(knowledge: Knowledge, ledger: Ledger, report: Report, now: () => number): LeaveWatch {
  /** When each variant last left an open shelf. */
  const leftAt = new Map<string, number>()
  /** Equal for what is equal, however it was written. */
  const nameOf = (text: string): string => {
    const variant = knowledge.texts.get(text)
    return variant === undefined ? text : variantKey(variant)
  }
  return {
    left: (before, after, table) => {
      const { text, shelf } = readShelved(table, before)
      const name = nameOf(text)
      if (after?.['kind'] !== undefined && nameOf(readShelved(table, after).text) === name) return
      if (shelf === 'discarded') report('safety', 'what is discarded is kept', text.slice(0, 300))
      const variant = knowledge.texts.get(text)
      if (variant !== undefined) {
        leftAt.set(variantKey(variant), now())
        const charged = ledger.charged.get(identityText(variant))
        if (charged !== undefined && chargeKey(charged.account, charged.charge) === variantKey(variant)) return
      }
      const isHeld = table
        .all()
        .some((one) => one['kind'] !== undefined && nameOf(readShelved(table, one).text) === name)
      if (!isHeld) report('safety', 'what leaves its shelf is charged or held elsewhere', text.slice(0, 300))
    },
    charged: (variant, table, { invokedAt }) => {
      const key = variantKey(variant)
      if ((leftAt.get(key) ?? 0) >= invokedAt) return
      const lies = lyingEvents(table, knowledge).some(
        (one) => one.shelf !== 'discarded' && one.variant !== undefined && variantKey(one.variant) === key,
      )
      if (!lies) report('safety', 'what is discarded is not charged from its shelf', identityText(variant))
    },
  }
}

/** What stands on shelves that the directory lists, by variant or by text; an event elsewhere is lost. */
export function listedEvents(table: Table, knowledge: Knowledge): ReadonlySet<string> {
  const listed = new Set(table.range('shelves', undefined, undefined).map((item) => item['entry']!.S!))
  const found = new Set<string>()
  for (const item of table.all()) {
    if (item['kind'] === undefined || !listed.has(item['shelf']!.S!)) continue
    const { text } = readShelved(table, item)
    const variant = knowledge.texts.get(text)
    found.add(variant === undefined ? text : variantKey(variant))
  }
  return found
}
