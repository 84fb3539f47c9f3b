import { cpuUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Counts, Meter } from './wire/meter.ts'

/** The upper one of two in the middle. */
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

/** The percentile of values in any order; 0 of none. */
export const percentile = (values: readonly number[], percent: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)] ?? 0

/** Processor time that this process has used, in microseconds: all of its threads, so the compiler's and the collector's too. */
export function processorTime(): number {
  const { user, system } = cpuUsage()
  return user + system
}

/** What some requests took. */
export interface Timed {
  /** Of each, from its call to its answer. */
  readonly milliseconds: readonly number[]
  readonly reads: Counts
  /** Of this process, in all. */
  readonly microseconds: number
}

export async function timed(meter: Meter, run: () => Promise<readonly number[]>): Promise<Timed> {
  meter.reset()
  const began = processorTime()
  const milliseconds = await run()
  return { milliseconds, microseconds: processorTime() - began, reads: meter.counts() }
}

/**
 * Collects now what the preparation left in this process, some 400 MB: a function has no such past, and collecting it while
 * something is measured stops that for up to 100 ms.
 */
export function sweep(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
