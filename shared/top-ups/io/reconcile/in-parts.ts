import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../../aws/lambda.ts'
import type { Instant } from '../../../time/instant.ts'
import type { TopUpsTable } from '../top-ups-table.ts'

/** For one more payment and its writes. */
const RESERVE_MS = 10_000

/** One part of a long work. Its items come in an order of time, and are worked on one after another. */
export interface TopUpPart<T> {
  /** @param from where an earlier run stopped; `undefined`: from the beginning */
  readonly items: (from: Instant | undefined) => AsyncIterable<T>
  readonly at: (item: T) => Instant
  readonly work: (item: T) => Promise<void>
  readonly about: (item: T) => object
}

/** A part with items of any type. */
type Run = (hasTime: () => boolean, from: Instant | undefined) => Promise<Ended>

/** `stoppedAt`: time ran out there. */
interface Ended {
  readonly stoppedAt: Instant | undefined
  readonly failure: unknown
}

/** One item that fails does not keep the others waiting. */
export const partOf =
  <T>({ items, at, work, about }: TopUpPart<T>, { logger }: Pick<Tools, 'logger'>): Run =>
  async (hasTime, from) => {
    let failure: unknown
    for await (const item of items(from)) {
      if (!hasTime()) return { stoppedAt: at(item), failure }
      try {
        await work(item)
      } catch (error) {
        failure ??= error
        logger.error('a top-up was not reconciled; the next run goes on', { ...about(item), error: error as Error })
      }
    }
    return { stoppedAt: undefined, failure }
  }

/**
 * Works on all parts, each with its share of the time, so that a long one starves no other; one that is cut goes on in the
 * next run where it stopped, and says so.
 *
 * @throws the first failure there was, after all parts
 */
export async function inParts(
  topUps: TopUpsTable,
  parts: ReadonlyMap<string, Run>,
  { logger, metrics, remainingMs }: Pick<Tools, 'logger' | 'metrics' | 'remainingMs'>,
): Promise<void> {
  const points = await readResumePoints(topUps)
  let failure: unknown
  let cuts = 0
  let left = parts.size
  for (const [name, run] of parts) {
    const end = remainingMs() - (remainingMs() - RESERVE_MS) / left
    left -= 1
    const point = points.get(name)
    try {
      const { stoppedAt, failure: failed } = await run(() => remainingMs() >= Math.max(end, RESERVE_MS), point)
      failure ??= failed
      if (stoppedAt !== undefined) {
        cuts += 1
        logger.warn('reconciliation ran out of time; the next run goes on there', { part: name, at: stoppedAt })
      }
      if (stoppedAt !== undefined || point !== undefined) await keepResumePoint(topUps, name, stoppedAt)
    } catch (error) {
      failure ??= error
      logger.error('a part of the reconciliation failed; the next run begins it again', {
        part: name,
        error: error as Error,
      })
    }
  }
  metrics.addMetric('ReconcileCut', MetricUnit.Count, cuts)
  if (failure !== undefined) throw failure
}

/** No account can be called so. */
const HOLDER = '#reconcile'

/** Where each part of a reconciliation that ran out of time has to go on, by the part's name. */
async function readResumePoints(table: TopUpsTable): Promise<ReadonlyMap<string, Instant>> {
  const { items } = await table.query({ where: 'account = :account', values: { account: HOLDER } })
  const cut = items.filter(({ at }) => at !== undefined)
  return new Map(cut.map((item) => [String(item['top_up']), Number(item['at'])]))
}

/** @param at `undefined`: it reached the end, and the next run starts over */
const keepResumePoint = (table: TopUpsTable, part: string, at: Instant | undefined): Promise<void> =>
  table.put({ account: HOLDER, top_up: part, at })
