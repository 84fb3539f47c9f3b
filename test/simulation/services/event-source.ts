import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Random } from '../../world/random.ts'
import type { Instance, Pool } from '../engine/pool.ts'
import type { Scheduler } from '../engine/scheduler.ts'
import type { Trace } from '../engine/trace.ts'
import type { Queue } from './queue.ts'

export interface EventSourceOptions {
  readonly batchSize: number
  readonly concurrency: number
  readonly windowMs: number
}

export interface EventSourceSetting<P> {
  readonly clock: Scheduler
  readonly trace: Trace
  readonly random: Random
  readonly queue: Queue
  readonly pool: Pool<P>
  readonly options: EventSourceOptions
  /** Whether messages are fetched now. */
  readonly isOpen: () => boolean
  /** For the trace. */
  readonly name: string
  /** Told of an answer that Lambda takes for a failure of the whole batch. */
  readonly onInvalid: (text: string) => void
  readonly handle: (instance: Instance<P>, event: SQSEvent, remainingMs: () => number) => Promise<SQSBatchResponse>
}

/**
 * Lambda's event source mapping of a queue, with partial batch responses.
 *
 * AWS: an answer without `batchItemFailures` is a success of all; one that names a message that was not in the batch,
 * a failure of all; so is an error. What failed comes back after its visibility timeout.
 */
export function eventSource<P>(setting: EventSourceSetting<P>): { readonly wake: () => void } {
  const { clock, trace, random, name, queue, pool, options, isOpen, onInvalid, handle } = setting
  let isPolling = false

  const poll = (): void => {
    isPolling = false
    if (!isOpen() || pool.running() >= options.concurrency) return
    const records = queue.receive(options.batchSize)
    if (records.length === 0) return
    pool.invoke(
      (instance, remainingMs) => {
        trace.note(`${name}#${instance.machine.id} begins with ${records.length} messages`)
        return handle(instance, { Records: [...records] }, remainingMs)
      },
      (invoked) => {
        if (invoked.kind === 'answered') {
          const failed = new Set(invoked.answer?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier))
          const known = new Set(records.map(({ messageId }) => messageId))
          const isValid = [...failed].every((id) => known.has(id))
          trace.note(`${name} gives back ${failed.size} of ${records.length} messages`)
          if (isValid) queue.remove(records.filter(({ messageId }) => !failed.has(messageId)))
          else onInvalid(JSON.stringify(invoked.answer))
        } else trace.note(`${name} failed with ${records.length} messages`)
        wake()
      },
    )
    wake()
  }
  const wake = (): void => {
    if (isPolling || !isOpen() || queue.visible() === 0) return
    isPolling = true
    clock.after(20 + random.unit() * options.windowMs, poll)
  }
  return { wake }
}
