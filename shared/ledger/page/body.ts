import { at, type ChargeColumns, fromColumns, toColumns } from '../entries/charge.ts'
import { type Entry, fromStored, type StoredEntry, toStored } from '../entries/entries.ts'
import { BrokenChain, UnknownPageFormat } from '../errors.ts'
import type { PageHeader } from './page.ts'

/** Format 1 of a page's entries, one JSON array: the columns of its charges, then all other entries with their positions. */
type BodyV1 = readonly [...charges: ChargeColumns, others: readonly (readonly [position: number, entry: StoredEntry])[]]

const OTHERS = 14

/** The text of a page's entries, in the format that is written now; brotli packs it. */
export function encodeBody(entries: readonly Entry[]): string {
  const charges = entries.filter((entry) => entry.kind === 'charge')
  const others = entries.flatMap((entry, position) =>
    entry.kind === 'charge' ? [] : [[position, toStored(entry)] as const],
  )
  const body: BodyV1 = [...toColumns(charges), others]
  return JSON.stringify(body)
}

/** @throws RangeError, TypeError, SyntaxError or ZodError when the text is no such body */
function decodeBodyV1(text: string, account: string): readonly Entry[] {
  const body = JSON.parse(text) as BodyV1
  const charges = fromColumns(body.slice(0, OTHERS) as unknown as ChargeColumns, account)
  const others = new Map(body[OTHERS])
  let next = 0
  return Array.from({ length: charges.length + others.size }, (_, position) => {
    const other = others.get(position)
    return other === undefined ? at(charges, next++) : fromStored(other)
  })
}

/** One decoder for each format ever written: old logs stay readable for ever. */
const decoders: ReadonlyMap<number, (text: string, account: string) => readonly Entry[]> = new Map([[1, decodeBodyV1]])

/** @throws UnknownPageFormat when a newer release wrote it */
export function assertKnownFormat(account: string, seq: number, format: number): void {
  if (!decoders.has(format)) throw new UnknownPageFormat(account, seq, format)
}

/**
 * The entries of a page.
 *
 * @throws UnknownPageFormat when a newer release wrote it
 * @throws BrokenChain when it does not decode
 */
export function decodeBody(
  text: string,
  { format, account, seq, entryCount }: Pick<PageHeader, 'format' | 'account' | 'seq' | 'entryCount'>,
): readonly Entry[] {
  const decode = decoders.get(format)
  if (decode === undefined) throw new UnknownPageFormat(account, seq, format)
  let entries: readonly Entry[]
  try {
    entries = decode(text, account)
  } catch (error) {
    throw new BrokenChain(account, seq, `its body does not decode (${error instanceof Error ? error.message : error})`)
  }
  if (entries.length !== entryCount)
    throw new BrokenChain(account, seq, `holds ${entries.length} entries, its header says ${entryCount}`)
  return entries
}
