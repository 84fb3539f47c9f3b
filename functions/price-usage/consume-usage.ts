import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Tools } from '../../shared/aws/lambda.ts'
import { GroschenError } from '../../shared/errors/groschen-error.ts'
import type { Fate } from '../../shared/held/fate.ts'
import type { HeldTable } from '../../shared/held/io/held-table.ts'
import { holdEvent } from '../../shared/held/io/hold-event.ts'
import { type ChargePorts, judgeUsage } from '../../shared/held/io/judge-usage.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { originalsOf } from '../../shared/usage/read-message.ts'
import { bringForward, type Delivered, readBatch, type UsageMessage, type UsageQueue } from './usage-messages.ts'

export interface ConsumeUsagePorts extends ChargePorts {
  readonly held: HeldTable
  readonly queue: UsageQueue
}

/** A delivered event with its fate. */
interface Fated extends Delivered {
  readonly fate: Fate
}

/**
 * Usage queue → account log: each event is charged once, parked or quarantined, or its message goes back.
 *
 * A message goes back whole when one of its events could be neither; its charged events are replays then.
 */
export const consumeUsage =
  (ports: ConsumeUsagePorts) =>
  async (event: SQSEvent, tools: Tools): Promise<SQSBatchResponse> => {
    const delivered = readBatch(event.Records, tools.now())
    const reads = delivered.map(({ read }) => read)
    const fates = await judgeUsage(ports, reads, tools.now(), tools.remainingMs)
    const fated = delivered.flatMap((one, place): readonly Fated[] => {
      const fate = fates[place]
      return fate === undefined ? [] : [{ ...one, fate }]
    })
    const settled = await holdEvents(ports.held, fated, tools.now())
    reportFates(settled, tools)
    const givenBack = settled.filter(({ fate }) => fate.kind === 'given-back')
    const messages = new Map(givenBack.map(({ message }) => [message.id, message]))
    await bringForward(ports.queue, [...messages.values()])
    return { batchItemFailures: [...messages.keys()].map((itemIdentifier) => ({ itemIdentifier })) }
  }

const SHELVED_AT_ONCE = 20

/** Puts each uncharged event on its shelf. One that can't be put there goes back to the queue, so that nothing is lost. */
async function holdEvents(table: HeldTable, fated: readonly Fated[], now: Instant): Promise<readonly Fated[]> {
  // A message's parts are looked for once, however many of its events are held.
  const originals = new Map<UsageMessage, ReturnType<typeof originalsOf>>()
  const originalOf = ({ message, read }: Fated): string => {
    const known = originals.get(message) ?? originalsOf(message.body)
    originals.set(message, known)
    return known(read)
  }
  const settled: Fated[] = []
  const waiting = [...fated]
  const holdNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { message, read } = next
      const original = originalOf(next)
      const origin = { messageId: message.id, index: read.index, original, heldAt: now, sentAt: message.sentAt }
      const { fate } = await holdEvent(table, next.fate, origin).catch((cause: unknown) => ({
        fate: { kind: 'given-back', cause } as const,
      }))
      settled.push({ ...next, fate })
    }
  }
  await Promise.all(Array.from({ length: SHELVED_AT_ONCE }, holdNext))
  return settled
}

const METRICS = {
  charged: 'EventsCharged',
  replayed: 'EventsReplayed',
  parked: 'EventsParked',
  ahead: 'EventsAhead',
  quarantined: 'EventsQuarantined',
  'given-back': 'EventsGivenBack',
} as const satisfies Record<Fate['kind'], string>

/** Counts the fates of a batch, and logs once for each cause why events went back. */
function reportFates(fated: readonly Fated[], { metrics, logger }: Pick<Tools, 'metrics' | 'logger'>): void {
  const counts = new Map<string, number>(Object.values(METRICS).map((name) => [name, 0]))
  const causes = new Map<unknown, number>()
  for (const { fate } of fated) {
    counts.set(METRICS[fate.kind], (counts.get(METRICS[fate.kind]) ?? 0) + 1)
    if (fate.kind === 'given-back') causes.set(fate.cause, (causes.get(fate.cause) ?? 0) + 1)
  }
  for (const [name, count] of counts) metrics.addMetric(name, MetricUnit.Count, count)

  for (const [cause, events] of causes) {
    const isBug = cause instanceof GroschenError && cause.fault === 'bug'
    if (isBug) metrics.addMetric('BrokenChains', MetricUnit.Count, 1)
    logger[isBug ? 'error' : 'warn'](`${events} events go back to the queue`, { cause: describe(cause) })
  }
}

const describe = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
