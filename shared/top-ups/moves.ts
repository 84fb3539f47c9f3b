import type { TopUpStatus } from './top-up.ts'

/**
 * The statuses that may follow a status: a top-up only moves forward (reliability, T4). A `failed` one whose payment succeeds after all is paid,
 * since every taken payment is credited; so is a `skipped` one whose record was lost and made again after the payment. A top-up that
 * is `paying` without anything at the provider may be skipped: it may no longer be needed.
 */
export const moves: Readonly<Record<TopUpStatus, readonly TopUpStatus[]>> = {
  wanted: ['paying', 'needs-action', 'skipped', 'failed', 'paid'],
  paying: ['needs-action', 'processing', 'paid', 'skipped', 'failed'],
  'needs-action': ['processing', 'paid', 'failed'],
  processing: ['needs-action', 'paid', 'failed'],
  failed: ['paid'],
  skipped: ['paid'],
  paid: ['credited'],
  credited: ['refunded', 'disputed'],
  refunded: ['disputed'],
  disputed: [],
}

/** Whether a top-up may go from one status to another. */
export const mayBecome = (from: TopUpStatus, to: TopUpStatus): boolean => moves[from].includes(to)

/** Nothing more happens to it of its own accord. */
export const isFinal = (status: TopUpStatus): boolean => !UNFINISHED.has(status)

const UNFINISHED: ReadonlySet<TopUpStatus> = new Set(['wanted', 'paying', 'needs-action', 'processing', 'paid'])
