import type { Anchor } from '../../shared/ledger/checkpoint.ts'
import { listAccountIds } from '../../shared/ledger/io/account-index.ts'
import { putCompletion, putPart, readBegun, readCompletion } from '../../shared/ledger/io/checkpoints.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import { epochOf } from '../../shared/ledger/page/epoch.ts'
import { plain } from '../../shared/money/exact.ts'
import { atOnce } from '../../shared/time/at-once.ts'
import type { Ports } from './ports.ts'

/** How far a day's checkpoint came. */
export interface Written {
  readonly kind: 'done' | 'done-before' | 'unfinished' | 'nothing-yet'
  /** Accounts that are in it by now. */
  readonly accounts: number
}

/** Some 150 bytes each: the largest object is 150 KB. */
const ACCOUNTS_A_PART = 1000
const HEADS_AT_ONCE = 25

/**
 * Writes the heads of all logs, once for a day, and goes on where an earlier call ran out of time.
 *
 * Each head is as of the moment it is read: every log is held to what it was then, not all of them to one moment.
 *
 * @param day by UTC, `2026-11-23`
 * @throws BrokenCheckpoint when what is there of the day contradicts itself
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
      // Another run is at it; the next call goes on with what is there by then.
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
