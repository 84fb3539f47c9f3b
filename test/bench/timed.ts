import { processorTime } from './processor-time.ts'
import type { Counts, Meter } from './wire/meter.ts'

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
