import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../shared/aws/lambda.ts'
import { type AccountsTable, listAccountIds } from '../../shared/ledger/io/accounts-table.ts'
import {
  type Anchor,
  type CheckpointBucket,
  putCompletion,
  putPart,
  readBegun,
  readCompletion,
} from '../../shared/ledger/io/checkpoints.ts'
import { type LogTable, readHead } from '../../shared/ledger/io/log-table.ts'
import { epochOf } from '../../shared/ledger/page/page.ts'
import { plain } from '../../shared/money/exact.ts'
import { atOnce } from '../../shared/time/at-once.ts'
import { dayText } from '../../shared/time/instant.ts'

/** The ports of write-checkpoints. */
export interface Ports {
  readonly log: LogTable
  readonly accounts: AccountsTable
  readonly checkpoints: CheckpointBucket
}

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

/** How far a day's checkpoint came. */
interface Written {
  readonly kind: 'done' | 'done-before' | 'unfinished' | 'nothing-yet'
  /** Accounts that it holds so far. */
  readonly accounts: number
}

/** Some 150 bytes each: the largest object is 150 KB. */
const ACCOUNTS_A_PART = 1000
const HEADS_AT_ONCE = 25

/**
 * Writes the heads of all logs, once for a day, and goes on where an earlier call ran out of time.
 *
 * Each head is of the moment when it is read; the heads are not all of one moment.
 *
 * @param day by UTC, `2026-11-23`
 * @throws BrokenCheckpoint when the day's parts contradict each other
 */
export async function writeCheckpoint(ports: Ports, day: string, hasTime: () => boolean): Promise<Written> {
  const { checkpoints } = ports
  const done = await readCompletion(checkpoints, day)
  if (done !== undefined) return { kind: 'done-before', accounts: done.accounts }

  let { parts, accounts, last, after } = await readBegun(checkpoints, day)
  for (;;) {
    if (!hasTime()) return { kind: 'unfinished', accounts }
    const ids = await listAccountIds(ports.accounts, after, ACCOUNTS_A_PART)
    const heads = await atOnce(HEADS_AT_ONCE, ids, (account) => anchorOf(ports, account))
    const anchors = heads.filter((anchor) => anchor !== undefined)
    if (anchors.length > 0) {
      parts += 1
      const put = await putPart(checkpoints, { day, part: parts, previous: last, anchors })
      // Another run is writing; the next call goes on with what is there by then.
      if (put === 'taken') return { kind: 'unfinished', accounts }
      last = put
      accounts += anchors.length
    }
    after = ids.at(-1)
    if (ids.length < ACCOUNTS_A_PART) break
  }
  // A stage that has no account yet has its first checkpoint when it has one.
  if (accounts === 0) return { kind: 'nothing-yet', accounts }
  const put = await putCompletion(checkpoints, { day, parts, accounts, last })
  return { kind: put === 'put' ? 'done' : 'unfinished', accounts }
}

/** `undefined`: it is being opened at this moment, and has no log yet. */
async function anchorOf({ log }: Ports, account: string): Promise<Anchor | undefined> {
  const head = await readHead(log, account)
  if (head === undefined) return undefined
  const { seq, balance } = head.header
  return { account, seq, epoch: epochOf(head.header), hash: head.hash, balance: plain(balance) }
}
