import { epochOf, type PageHeader, standingSeq } from '../../ledger/page/page.ts'
import { type Credits, credits, noCredits, plus } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import { counts, type Selector, type Use } from '../../spend/selector.ts'
import { utf8Length } from '../../text/utf8.ts'
import type { Instant } from '../../time/instant.ts'
import type { Category } from '../../usage/meters.ts'

/** The hold of one reservation. A limit counts it as it would count the use. */
export interface Hold extends Use {
  /** The reservation's. */
  readonly id: string
  readonly credits: Credits
  readonly expiresAt: Instant
  /** The page that it was decided at: a charge that ends it comes later. */
  readonly takenAt: number
}

/**
 * The holds of one user, one group or one account, of no month: a hold counts in every window that a decision looks at, so that nothing
 * has to be made anew when a month ends.
 */
export interface Gate {
  /** Every page up to here was looked at for charges that name a hold. */
  readonly seq: number
  /**
   * The head that it was folded at, which is further on where there were too many pages to look at. What it let go, as expired or
   * charged, is spent in the log up to there: a decision by this gate must know the log as far.
   */
  readonly head: number
  /** Of the log that those pages were read from. */
  readonly epoch: number
  readonly holds: readonly Hold[]
}

export const emptyGate: Gate = { seq: 0, head: 0, epoch: 0, holds: [] }

/** Packed, some 70 KB. A gate that has more is a platform that ends none. */
export const MOST_HOLDS = 2000
/** One more of the largest still fits into an item. */
const HOLDS_BYTES = 360 * 1024
/** Of a hold: its id, its times, its category. */
const BYTES_BESIDE_NAMES = 80

/** The facts of a log that a gate is folded with, up to the head. */
export interface Lookback {
  readonly head: Pick<PageHeader, 'seq' | 'cuts'>
  /** Every page from the gate's own on, up to here, is known; below the head where there were too many to read. */
  readonly lookedUpTo: number
  /** The newest known page that charged an event which names a reservation. */
  readonly chargedAt: (reservation: string) => number | undefined
  /** When the head was asked for. */
  readonly readAt: Instant
}

/** A gate as the log has it that it belongs to: of one restored since, its pages after the cut are looked at again. */
export function rebaseGate(gate: Gate, head: Pick<PageHeader, 'cuts'>): Gate {
  const epoch = epochOf(head)
  if (gate.epoch === epoch) return gate
  const standing = (seq: number) => standingSeq({ seq, epoch: gate.epoch }, head)
  return {
    epoch,
    seq: standing(gate.seq),
    head: standing(gate.head),
    holds: gate.holds.map((hold) => ({ ...hold, takenAt: standing(hold.takenAt) })),
  }
}

/**
 * Folds a gate to the head of the log: what was charged is spent and held no more, what has expired is let go.
 *
 * Expired at the time of the request for the head, not of the current clock: a charge that came before is in those pages. Let go
 * by the clock alone, it would be neither held nor spent for a while (account-log, "Access check and reservations").
 *
 * @throws Error for a gate that was folded at a later head: what it let go would be spent nowhere
 */
export function foldGate(stored: Gate, { head, lookedUpTo, chargedAt, readAt }: Lookback): Gate {
  const gate = rebaseGate(stored, head)
  if (gate.head > head.seq)
    throw new Error(`a gate that was folded at page ${gate.head} is not folded to page ${head.seq}`)
  const isOpen = ({ id, takenAt, expiresAt }: Hold): boolean => (chargedAt(id) ?? 0) <= takenAt && expiresAt > readAt
  return { ...gate, seq: lookedUpTo, head: head.seq, holds: gate.holds.filter(isOpen) }
}

/** The sum of the holds that a limit counts. @param selector `undefined`: all @param except the reservation that is being decided */
export function heldOf({ holds }: Gate, selector: Selector | undefined, except: string): Credits {
  let held = noCredits
  for (const hold of holds)
    if (hold.id !== except && (selector === undefined || counts(selector, hold))) held = plus(held, hold.credits)
  return held
}

export const holdIn = ({ holds }: Gate, id: string): Hold | undefined => holds.find((hold) => hold.id === id)

/**
 * Takes a hold. The same hold again replaces the first, so it never holds twice. It lasts longer than the first, so that the attempt that took the
 * first sees that another attempt has it now, and the promise is kept.
 */
export function takeHold(gate: Gate, hold: Hold): Gate {
  const first = holdIn(gate, hold.id)
  const expiresAt = first === undefined ? hold.expiresAt : Math.max(hold.expiresAt, first.expiresAt + 1)
  return { ...gate, holds: [...gate.holds.filter(({ id }) => id !== hold.id), { ...hold, expiresAt }] }
}

/** Whether a gate has no room for one more hold: by an item's 400 KB, or by the number of holds of a platform that ends them. */
export const isFull = ({ holds }: Gate, id: string): boolean =>
  (holds.length >= MOST_HOLDS || bytesOf(holds) > HOLDS_BYTES) && holds.every((hold) => hold.id !== id)

/** Names of services are texts of a platform's own making; packed, a hold takes no more than this. */
function bytesOf(holds: readonly Hold[]): number {
  let bytes = 0
  for (const { service = '', credits } of holds)
    bytes += utf8Length(service) + plain(credits).length + BYTES_BESIDE_NAMES
  return bytes
}

export const releaseHold = (gate: Gate, id: string): Gate => ({
  ...gate,
  holds: gate.holds.filter((hold) => hold.id !== id),
})

/** Lets go of a hold that ended elsewhere. A decision by this gate must then know the log up to this page, which has the end of the hold. */
export function releaseAt(stored: Gate, id: string, head: Pick<PageHeader, 'seq' | 'cuts'>): Gate {
  const gate = releaseHold(rebaseGate(stored, head), id)
  return { ...gate, head: Math.max(gate.head, head.seq) }
}

/** Shrinks a hold to its event's cost; a hold never grows. */
export function settleHold(gate: Gate, id: string, actual: Credits): Gate {
  const settle = (hold: Hold): Hold => (hold.id === id && actual.lt(hold.credits) ? { ...hold, credits: actual } : hold)
  return { ...gate, holds: gate.holds.map(settle) }
}

/** Lets a hold last longer; it never lasts shorter. */
export function renewHold(gate: Gate, id: string, expiresAt: Instant): Gate {
  const renew = (hold: Hold): Hold => (hold.id === id && hold.expiresAt < expiresAt ? { ...hold, expiresAt } : hold)
  return { ...gate, holds: gate.holds.map(renew) }
}

/** The time at which, at the latest, holds of this amount have expired for a limit; `undefined`: all of its holds are less. */
export function freedBy(
  gate: Gate,
  selector: Selector | undefined,
  except: string,
  wanted: Credits,
): Instant | undefined {
  let freed = noCredits
  for (const hold of gate.holds.toSorted((a, b) => a.expiresAt - b.expiresAt)) {
    if (hold.id === except || (selector !== undefined && !counts(selector, hold))) continue
    freed = plus(freed, hold.credits)
    if (freed.gte(wanted)) return hold.expiresAt
  }
  return undefined
}

type HoldRow = readonly [string, string, number, number, Category | null, string | null]

/** Rows without names: a gate is written at every reservation. */
export const holdsText = (holds: readonly Hold[]): string =>
  JSON.stringify(
    holds.map(
      ({ id, credits: held, expiresAt, takenAt, category, service }): HoldRow => [
        id,
        plain(held),
        expiresAt,
        takenAt,
        category ?? null,
        service ?? null,
      ],
    ),
  )

/** Reads what `holdsText` wrote. */
export const readHolds = (text: string): readonly Hold[] =>
  (JSON.parse(text) as readonly HoldRow[]).map(([id, held, expiresAt, takenAt, category, service]) => ({
    id,
    credits: credits(held),
    expiresAt,
    takenAt,
    category: category ?? undefined,
    service: service ?? undefined,
  }))
