import type { TopUpStatus } from './top-up.ts'

/**
 * What a top-up may become: only ever further on (reliability, T4). A `failed` one whose payment succeeds after all is paid,
 * since what was taken is credited; so is a `skipped` one, whose record was lost and made again after the payment. One that
 * is `paying`, and of which the provider has nothing, may be skipped: what was wanted then may not be wanted any more.
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

export const mayBecome = (from: TopUpStatus, to: TopUpStatus): boolean => moves[from].includes(to)

/** Nothing more happens to it of its own accord. */
export const isFinal = (status: TopUpStatus): boolean => !UNFINISHED.has(status)

const UNFINISHED: ReadonlySet<TopUpStatus> = new Set(['wanted', 'paying', 'needs-action', 'processing', 'paid'])
