import * as z from 'zod/mini'
import { type Instant, instantText } from '../time/instant.ts'

/** Who decided that an event is never charged, when and why. */
export interface Discarding {
  readonly actor: string
  readonly at: Instant
  readonly reason: string
  readonly reference: string | undefined
}

const number = z.coerce.number()

/** An event on a shelf as it is stored, without the bytes of its original. */
const itemSchema = z.object({
  shelf: z.string(),
  entry: z.string(),
  /** As what it is held; of discarded ones: was held. */
  kind: z.enum(['parked', 'ahead', 'quarantined']),
  reason: z.string(),
  path: z.string(),
  detail: z.string(),
  account: z.optional(z.string()),
  source: z.optional(z.string()),
  id: z.optional(z.string()),
  service: z.optional(z.string()),
  /** Meters without a price; of parked events. */
  missing: z._default(z.array(z.string()), []),
  /** ISO; of valid events. */
  eventTime: z.optional(z.string()),
  messageId: z.string(),
  index: number,
  heldAt: number,
  /** Tells this event from another with its identity; of valid events. */
  fingerprint: z.optional(z.string()),
  /** Pieces of the original beside the first. */
  parts: z._default(number, 0),
  discardedBy: z.optional(z.string()),
  discardedAt: z.optional(number),
  discardedFor: z.optional(z.string()),
  reference: z.optional(z.string()),
})

type StoredItem = Omit<z.infer<typeof itemSchema>, 'discardedBy' | 'discardedAt' | 'discardedFor' | 'reference'>

/** An event on a shelf, as it is read back. */
export interface HeldEventRecord extends Readonly<StoredItem> {
  /** Of discarded events. */
  readonly discarding: Discarding | undefined
  readonly original: string
}

/** @throws ZodError for an item that is no held event */
export function readHeldItem(item: unknown): Omit<HeldEventRecord, 'original'> {
  const { discardedBy, discardedAt, discardedFor, reference, ...stored } = itemSchema.parse(item)
  const discarding =
    discardedAt === undefined
      ? undefined
      : { actor: discardedBy ?? '', at: discardedAt, reason: discardedFor ?? '', reference }
  return { ...stored, discarding }
}

/** A held event as it is kept after a person has discarded it: on the shelf of the day when it was held. */
export function discardedItem(held: HeldEventRecord, { actor, at, reason, reference }: Discarding) {
  const { kind, entry, messageId, index, heldAt, path, detail, account, source, id, service, missing, eventTime } = held
  const since = instantText(heldAt)
  return {
    shelf: `discarded#${since.slice(0, 10)}`,
    // Two events with one identity and time can't lie in one place, but be discarded from it one after the other.
    entry: [since, kind, entry, ...(held.fingerprint === undefined ? [] : [held.fingerprint])].join('#'),
    kind,
    messageId,
    index,
    heldAt,
    path,
    detail,
    missing,
    reason: held.reason,
    account,
    source,
    id,
    service,
    eventTime,
    reference,
    discardedBy: actor,
    discardedAt: at,
    discardedFor: reason,
  }
}

/** The time that an entry of a shelf begins with: `2026-11-23T10:15:30.123Z`. */
export const timeOfEntry = (entry: string): string => entry.slice(0, '2026-11-23T10:15:30.123Z'.length)

/** Between the entry of a large event and the number of a piece of it. */
const PIECE = '#part-'

/** Where a piece of a large original lies, from 1; without a number, what the entries of all pieces begin with. */
export const pieceEntry = (entry: string, piece?: number): string =>
  `${entry}${PIECE}${piece === undefined ? '' : String(piece).padStart(4, '0')}`

/** Whether an entry is that of a piece, not of an event. */
export const isPiece = (entry: string): boolean => entry.includes(PIECE)
