import { atOnce } from '../../time/at-once.ts'
import { type Instant, parseInstant } from '../../time/instant.ts'
import type { Read } from '../../usage/read-event.ts'
import { isOfMessage, originalsOf, readMessage, readOneEvent } from '../../usage/read-message.ts'
import { countFates, type Fate, type FateCounts } from '../fate.ts'
import { isSamePlace } from '../held-event.ts'
import { type HeldEventRecord, timeOfEntry } from '../held-record.ts'
import type { HeldTable } from './held-table.ts'
import { holdEvent, type Origin } from './hold-event.ts'
import { type ChargePorts, judgeUsage } from './judge-usage.ts'

/** The ports of redriving. */
export interface RedrivePorts extends ChargePorts {
  readonly held: HeldTable
}

export interface Redriven {
  readonly counts: FateCounts
  /** Errors of putting or taking events; these events keep their place. */
  readonly errors: readonly unknown[]
}

const SETTLED_AT_ONCE = 20

/**
 * Judges held events again: reads the original text, then charges the event or holds it for its new reason.
 *
 * An event leaves its place only after it stands in a log or on another shelf; so it may be interrupted anywhere, and done twice.
 */
export async function redriveHeld(
  ports: RedrivePorts,
  records: readonly HeldEventRecord[],
  now: Instant,
  remainingMs: () => number,
): Promise<Redriven> {
  const parts = records.flatMap((record) => readAgain(record, now))
  const reads = parts.map(({ read }) => read)
  const fates = await judgeUsage(ports, reads, now, remainingMs)
  const judged = parts.flatMap((part, place): readonly Judged[] => {
    const fate = fates[place]
    return fate === undefined ? [] : [{ ...part, fate }]
  })
  const byRecord = [...Map.groupBy(judged, ({ record }) => record)]
  const settled = await atOnce(SETTLED_AT_ONCE, byRecord, ([record, of]) => settle(ports.held, record, of))
  return {
    counts: countFates(settled.flatMap((one) => one.fates)),
    errors: settled.flatMap(({ error }) => (error === undefined ? [] : [error])),
  }
}

interface Part {
  readonly record: HeldEventRecord
  readonly read: Read
  readonly origin: Origin
}

interface Judged extends Part {
  readonly fate: Fate
}

/** Of a message that was held whole: each of its events. */
function readAgain(record: HeldEventRecord, now: Instant): readonly Part[] {
  const { messageId, index, original, heldAt } = record
  const origin = { messageId, heldAt, sentAt: sentAtOf(record) }
  if (!isOfMessage(record.reason)) {
    const read = readOneEvent(original, now)
    return [{ record, read, origin: { ...origin, index, original } }]
  }
  const originalOf = originalsOf(original)
  return readMessage(original, now).map((read) => ({
    record,
    read,
    origin: { ...origin, index: read.index, original: originalOf(read) },
  }))
}

/** A quarantined event lies under when its message was sent; one that is quarantined later under when it was held, however often that is tried. */
const sentAtOf = ({ kind, entry, heldAt }: HeldEventRecord): Instant =>
  kind === 'quarantined' ? (parseInstant(timeOfEntry(entry)) ?? heldAt) : heldAt

interface Settled {
  readonly fates: readonly Fate[]
  /** `undefined`: nothing went wrong. */
  readonly error?: unknown
}

/** Holds the event again; then the old record leaves its place, unless that place is the same. */
async function settle(table: HeldTable, record: HeldEventRecord, parts: readonly Judged[]): Promise<Settled> {
  const fates = parts.map(({ fate }) => fate)
  if (fates.some(({ kind }) => kind === 'given-back')) return { fates }
  try {
    const settled: Fate[] = []
    let stays = false
    // The first event of a message lies where the whole message does: when it comes there all others are safe.
    for (const { fate, origin } of parts.toReversed()) {
      const held = await holdEvent(table, fate, origin, record)
      settled.push(held.fate)
      stays ||= isSamePlace(held.place, record)
    }
    if (!stays) await table.unshelve(record)
    else if (parts.length > 1) await table.dropPieces(record)
    return { fates: settled }
  } catch (error) {
    return { fates: parts.map(() => ({ kind: 'given-back', cause: error })), error }
  }
}
