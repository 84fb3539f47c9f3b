import { GroschenError } from '../../shared/errors/groschen-error.ts'
import { listAccountIds } from '../../shared/ledger/io/accounts-table.ts'
import { readSweepPosition, writeSweepPosition } from '../../shared/spend/io/snapshots-table.ts'
import { atOnce } from '../../shared/time/at-once.ts'
import { type Followed, followLog } from './follow-log.ts'
import type { Ports } from './project-log.ts'

/** The outcome of one account. An account's failure stops no other one. */
export type Projection =
  | ({ readonly kind: 'followed'; readonly account: string } & Followed)
  /** Its log can't be trusted: following has stopped until a person has looked. */
  | { readonly kind: 'stopped'; readonly account: string; readonly error: GroschenError }
  /** Trying again may help. */
  | { readonly kind: 'failed'; readonly account: string; readonly error: unknown }

const ACCOUNTS_AT_ONCE = 4
const BEGINNINGS = 3

/** Follows these accounts' logs. Never throws: each account's error is its own. */
export const followAccounts = (
  ports: Ports,
  accounts: readonly string[],
  remainingMs: () => number,
): Promise<readonly Projection[]> =>
  atOnce(ACCOUNTS_AT_ONCE, accounts, (account) => followAccount(ports, account, remainingMs))

async function followAccount(ports: Ports, account: string, remainingMs: () => number): Promise<Projection> {
  try {
    for (let beginning = 0; beginning < BEGINNINGS; beginning += 1) {
      const followed = await followLog(ports, account, remainingMs)
      if (followed !== 'overtaken') return { kind: 'followed', account, ...followed }
    }
    return { kind: 'failed', account, error: new Error(`account ${account} was overtaken ${BEGINNINGS} times`) }
  } catch (error) {
    const isBug = error instanceof GroschenError && error.fault === 'bug'
    return isBug ? { kind: 'stopped', account, error } : { kind: 'failed', account, error }
  }
}

const ACCOUNTS_PER_ROUND = 20
/** Time kept back for a long round, and for storing the position. */
const RESERVE_MS = 8000

/**
 * Follows all accounts' logs, so that a lost hint costs only a minute.
 *
 * When time runs out it stores its position, and the next sweep goes on there: no account waits for ever behind the others.
 */
export async function sweep(ports: Ports, remainingMs: () => number): Promise<readonly Projection[]> {
  const began = await readSweepPosition(ports.snapshots)
  const projections: Projection[] = []
  let after = began
  while (remainingMs() >= RESERVE_MS) {
    const accounts = await listAccountIds(ports.accounts, after, ACCOUNTS_PER_ROUND)
    projections.push(...(await followAccounts(ports, accounts, remainingMs)))
    after = accounts.at(-1)
    if (accounts.length < ACCOUNTS_PER_ROUND) {
      after = undefined
      break
    }
  }
  if (after !== began) await writeSweepPosition(ports.snapshots, after)
  return projections
}
