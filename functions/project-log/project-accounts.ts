import { GroschenError } from '../../shared/errors/groschen-error.ts'
import { atOnce } from '../../shared/time/at-once.ts'
import { type Followed, followLog } from './follow-log.ts'
import type { Ports } from './ports.ts'

/** What became of one account; none touches another. */
export type Projection =
  | ({ readonly kind: 'followed'; readonly account: string } & Followed)
  /** Its log can't be trusted: nothing more is done with it until somebody looks. */
  | { readonly kind: 'stopped'; readonly account: string; readonly error: GroschenError }
  /** Worth another try. */
  | { readonly kind: 'failed'; readonly account: string; readonly error: unknown }

const ACCOUNTS_AT_ONCE = 4
const BEGINNINGS = 3

/** Follows these accounts' logs. Never throws: each account's error is its own. */
export const projectAccounts = (
  ports: Ports,
  accounts: readonly string[],
  remainingMs: () => number,
): Promise<readonly Projection[]> =>
  atOnce(ACCOUNTS_AT_ONCE, accounts, (account) => projectAccount(ports, account, remainingMs))

async function projectAccount(ports: Ports, account: string, remainingMs: () => number): Promise<Projection> {
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
