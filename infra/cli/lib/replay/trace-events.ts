import { sha256Hex } from '../../../../shared/digest/sha256.ts'
import { accountBoundId } from '../../../../shared/usage/account-bound-id.ts'
import type { OutgoingEvent } from '../events/outgoing-event.ts'
import { usageEvent } from '../events/usage-events.ts'
import type { TraceRow } from './read-trace.ts'

/** Whose times: the trace's own, or moved so that the trace ends at the file's first replay. */
export type At = 'original' | 'now'

/** Account-bound ids, or ids of the other path. */
export type Ids = 'bound' | 'plain'

export interface TraceUse {
  readonly account: string
  readonly service: string
  readonly user: string
  readonly at: At
  readonly ids: Ids
  /** SHA-256 of the file, hex. */
  readonly fileHash: string
  /** Added to every time. */
  readonly shiftMs: number
}

/**
 * One event a row; the same file gives the same events, so that replaying it twice charges once.
 *
 * Every way to replay has a source of its own: the same row replayed another way is another use.
 */
export function traceEvents(rows: readonly TraceRow[], use: TraceUse): readonly OutgoingEvent[] {
  const { account, service, user, at, ids, fileHash, shiftMs } = use
  const source = `/replay/${account}/${at}/${ids}`
  return rows.map(({ row, time: original, input, output }) => {
    const time = original + shiftMs
    const id =
      ids === 'plain' ? `${fileHash.slice(0, 32)}-${row}` : accountBoundId(source, account, time, bitsOf(fileHash, row))
    const quantities = { input_tokens: quantity(input), output_tokens: quantity(output) }
    return usageEvent({ account, source, id, time, user, category: 'text', service, quantities })
  })
}

/** 52 bits of the hash over file and row; an id takes 50. */
const bitsOf = (fileHash: string, row: number): bigint => BigInt(`0x${sha256Hex(`${fileHash}\0${row}`).slice(0, 13)}`)

/** A whole number as a number; everything else as it stands there. */
const quantity = (text: string): number | string => (/^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text)
