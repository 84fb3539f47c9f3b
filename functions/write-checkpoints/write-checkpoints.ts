import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../shared/aws/lambda.ts'
import { dayText } from '../../shared/time/instant.ts'
import type { Ports } from './ports.ts'
import { writeCheckpoint } from './write-checkpoint.ts'

/** For a part that turns out to be long. */
const RESERVE_MS = 30_000

/** The schedule → the day's checkpoint, in as many calls as it takes. */
export const writeCheckpoints =
  (ports: Ports) =>
  async (_: unknown, { logger, metrics, now, remainingMs }: Tools): Promise<void> => {
    const day = dayText(now())
    const { kind, accounts } = await writeCheckpoint(ports, day, () => remainingMs() >= RESERVE_MS)
    metrics.addMetric('CheckpointsDone', MetricUnit.Count, kind === 'unfinished' ? 0 : 1)
    if (kind === 'unfinished') logger.info('the checkpoint goes on with the next call', { day, accounts })
    if (kind === 'done') logger.info('the checkpoint of the day is done', { day, accounts })
  }
