import { brotliDecompressSync } from 'node:zlib'
import type { Item } from '../services/expressions.ts'
import type { Table } from '../services/tables.ts'
import type { Variant } from '../traffic/variant.ts'
import type { Report } from './findings.ts'
import { chargeKey, identityText, type Knowledge, variantKey } from './knowledge.ts'
import type { Ledger } from './ledger.ts'
import { cardAt, costOf, variantText } from './price.ts'

/** An event on a shelf, read from the item by a reader of the oracle's own. */
export interface ShelvedEvent {
  readonly kind: string
  readonly reason: string
  readonly text: string
}

/** Watches the shelves for what should not be there. */
export function shelfWatch(knowledge: Knowledge, report: Report) {
  return (item: Item, table: Table, invokedAt: number): void => {
    if (item['kind'] === undefined) return
    const { kind, reason, text } = readShelved(table, item)
    if (!knowledge.texts.has(text)) report('safety', 'an event is held to the letter', text.slice(0, 300))
    const variant = knowledge.texts.get(text)
    if (variant === undefined) {
      if (kind === 'parked') report('safety', 'what is no event is not parked', text.slice(0, 300))
      return
    }
    const what = `${identityText(variant)} of ${variant.account} (${kind}: ${reason})`
    if (kind === 'parked') checkParked(knowledge, report, variant, invokedAt, what)
    else if (!mayBeRefused(knowledge, variant, reason)) report('safety', 'a good event is never quarantined', what)
  }
}

/** Only what had no price, also not by the cards that could be read when the function began. */
function checkParked({ cards }: Knowledge, report: Report, variant: Variant, invokedAt: number, what: string): void {
  const visible = cards.filter((card) => card.visibleAt <= invokedAt)
  const usage = { ...variant, variant: variantText(variant.variant) }
  if (costOf(usage, cardAt(visible, variant.time)) !== undefined)
    report('safety', 'what has a price is not parked', what)
}

function mayBeRefused({ plan, variants }: Knowledge, variant: Variant, reason: string): boolean {
  switch (reason) {
    case 'event.conflict':
      return (variants.get(identityText(variant))?.size ?? 0) > 1
    case 'account.unknown':
      return !plan.accounts.includes(variant.account)
    case 'event.ahead':
      return variant.isAhead
    default:
      return false
  }
}

function readShelved(table: Table, item: Item): ShelvedEvent {
  const pieces = [item['original']!.B!]
  for (let part = 1; part <= Number(item['parts']?.N ?? 0); part += 1) {
    const entry = { S: `${item['entry']!.S}#part-${String(part).padStart(4, '0')}` }
    pieces.push(table.get({ shelf: item['shelf']!, entry })!['original']!.B!)
  }
  const text = brotliDecompressSync(Buffer.concat(pieces)).toString()
  return { kind: item['kind']!.S!, reason: item['reason']?.S ?? '', text }
}

/** Events that are parked. */
export function parkedVariants(table: Table, { texts }: Knowledge): readonly Variant[] {
  return table.all().flatMap((item) => {
    if (item['kind']?.S !== 'parked') return []
    const variant = texts.get(readShelved(table, item).text)
    return variant === undefined ? [] : [variant]
  })
}

/** What leaves its shelf is charged as it was sent, or quarantined. */
export function leaveWatch(knowledge: Knowledge, ledger: Ledger, report: Report) {
  return (item: Item, table: Table): void => {
    const text = brotliDecompressSync(item['original']!.B!).toString()
    const variant = knowledge.texts.get(text)
    if (variant === undefined) return
    const charged = ledger.charged.get(identityText(variant))
    if (charged !== undefined && chargeKey(charged.account, charged.charge) === variantKey(variant)) return
    const isHeld = table.all().some((one) => one['kind'] !== undefined && readShelved(table, one).text === text)
    if (!isHeld) report('safety', 'what leaves its shelf is charged or quarantined', identityText(variant))
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
