import { DAY_MS, MINUTE_MS } from '../time/instant.ts'

/** Bounds of the edge (contracts, "Usage event"). Each keeps one event's cost, and an entry of the log, small. */
export const NAME_CHARACTERS = 128
export const ID_CHARACTERS = 256
export const EVENT_BYTES = 64 * 1024
export const EVENT_DEPTH = 8
export const EVENT_KEYS = 64
export const VARIANT_KEYS = 8
export const EVENTS_A_MESSAGE = 1000
/** AWS: the most a message of SQS holds. */
export const MESSAGE_BYTES = 1024 * 1024

/** How far a publisher's clock may run ahead of max(our clock, the message's sent time). */
export const CLOCK_AHEAD_MS = 5 * MINUTE_MS

/**
 * An event that is further ahead waits until it is not, up to this: a date that is one day off, and a local time that was sent as UTC
 * (14 hours at most), both at once. A time further ahead is not a clock's error, and is quarantined.
 */
export const LONGEST_WAIT_MS = 2 * DAY_MS
