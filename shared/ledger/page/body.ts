import type { Entry } from '../entries/entry.ts'
import { BrokenChain, UnknownPageFormat } from '../errors.ts'
import { decodeBodyV1, encodeBodyV1 } from './body-v1.ts'
import type { PageHeader } from './page.ts'

/** The text of a page's entries, in the format that is written now; brotli packs it. */
export const encodeBody = encodeBodyV1

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
