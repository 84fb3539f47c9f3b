import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { Random } from '../../world/random.ts'
import type { Instance, Pool } from '../engine/pool.ts'
import type { Scheduler } from '../engine/scheduler.ts'
import type { Trace } from '../engine/trace.ts'
import type { Item } from './expressions.ts'

export interface StreamOptions {
  readonly lagMs: number
  readonly dropped: number
  readonly repeated: number
  /** A record is put so many places before others. */
  readonly disorder: number
}

export interface StreamSetting<P> {
  readonly clock: Scheduler
  readonly trace: Trace
  readonly random: Random
  readonly pool: Pool<P>
  readonly options: StreamOptions
  readonly isFaulty: () => boolean
  readonly handle: (instance: Instance<P>, event: DynamoDBStreamEvent, remainingMs: () => number) => Promise<void>
}

interface Batch {
  readonly records: readonly DynamoDBRecord[]
  readonly retries: number
}

const SHARDS = 2
const BATCH = 100
const RETRIES = 5

/** The log table's stream and Lambda's mapping of it: shard by shard, retried, halved, and given up after five retries. */
export function logStream<P>(setting: StreamSetting<P>): {
  readonly insert: (item: Item) => void
  readonly pending: () => number
} {
  const { clock, trace, random, pool, options, isFaulty, handle } = setting
  const shards = Array.from({ length: SHARDS }, () => ({
    pending: [] as DynamoDBRecord[],
    again: [] as Batch[],
    isBusy: false,
  }))
  let sequence = 0

  const next = (shard: (typeof shards)[number]): void => {
    if (shard.isBusy) return
    const batch = shard.again.shift() ?? { records: shard.pending.splice(0, BATCH), retries: 0 }
    if (batch.records.length === 0) return
    shard.isBusy = true
    pool.invoke(
      (instance, remainingMs) => handle(instance, { Records: [...batch.records] }, remainingMs),
      (invoked) => {
        shard.isBusy = false
        if (invoked.kind === 'answered') return next(shard)
        if (batch.retries >= RETRIES) trace.note(`the stream gives up ${batch.records.length} records`)
        else shard.again.push(...halves(batch))
        clock.after(1000 * 2 ** batch.retries, () => next(shard))
      },
    )
  }
  const insert = (item: Item): void => {
    if (isFaulty() && random.chance(options.dropped)) return
    const shard = shards[(item['account']?.S?.length ?? 0) % SHARDS]!
    const lag = isFaulty() ? random.unit() * options.lagMs : random.unit() * 500
    const times = isFaulty() && random.chance(options.repeated) ? 2 : 1
    sequence += 1
    const record = recordOf(item, sequence)
    for (let time = 0; time < times; time += 1) {
      clock.after(50 + lag * (time + 1), () => {
        const place = isFaulty() ? Math.max(0, shard.pending.length - random.below(options.disorder + 1)) : Infinity
        shard.pending.splice(place, 0, record)
        next(shard)
      })
    }
  }
  const pending = () =>
    shards.reduce((sum, { pending, again, isBusy }) => sum + pending.length + again.length + Number(isBusy), 0)
  return { insert, pending }
}

function halves({ records, retries }: Batch): readonly Batch[] {
  if (records.length === 1) return [{ records, retries: retries + 1 }]
  const middle = Math.ceil(records.length / 2)
  return [records.slice(0, middle), records.slice(middle)].map((half) => ({ records: half, retries: retries + 1 }))
}

const recordOf = (item: Item, sequence: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventID: String(sequence),
  dynamodb: {
    Keys: { account: item['account'], seq: item['seq'] },
    NewImage: item,
    SequenceNumber: String(sequence),
  } as DynamoDBRecord['dynamodb'] & object,
})
