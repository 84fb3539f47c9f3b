import type { PageHeader } from './page.ts'

/** A log's epoch: how often it was restored. */
export const epochOf = ({ cuts }: Pick<PageHeader, 'cuts'>): number => cuts.length

/**
 * How far a marker's word reaches in a log that was restored since: "nobody wrote this identity up to `seq`, unless
 * with this marker" holds for pages that are still those its writer saw, so for none after the cuts of later epochs
 * (account-log, "Change and restore").
 */
export const standingSeq = (
  marker: { readonly seq: number; readonly epoch: number },
  { cuts }: Pick<PageHeader, 'cuts'>,
): number => Math.min(marker.seq, ...cuts.slice(marker.epoch))
