import { MINUTE_MS } from '../../time/instant.ts'

/** A page's bounds: an item stays far below DynamoDB's 400 KB, and one read brings many pages. */
export const PAGE_ENTRIES = 1000
export const PAGE_BODY_BYTES = 64 * 1024

/** Entries of a page whose identities had to be searched for and marked one by one. */
export const PAGE_SEARCHES = 250

/**
 * W: how far a page's log time may be past the id time of an account-bound event that has no marker.
 *
 * A constant of the format: pages are searched for replays within it, so shrinking it would hide charges from their
 * replays and charge twice.
 */
export const FRESH_WINDOW_MS = 30 * MINUTE_MS
