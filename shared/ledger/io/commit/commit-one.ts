import { Problem } from '../../../errors/problems.ts'
import type { Entry } from '../../entries/entries.ts'
import type { Page } from '../../page/page.ts'
import type { FoundEntry } from '../../sight.ts'
import { noSuchAccount } from '../accounts-table.ts'
import type { LogWriter } from '../log-writer.ts'
import type { Outcome, Proposal, SettledProposal } from './proposal.ts'

/** The log writer, and the time left. */
export interface Committing {
  readonly services: { readonly writer: LogWriter }
  readonly tools: { readonly remainingMs: () => number }
}

/** The problem to answer where another entry has the identity. */
export type OnConflict = (differs: readonly string[]) => Problem

/**
 * Writes one entry, once for its identity. @returns its page
 *
 * @param onConflict makes the problem for the caller where another entry has the identity
 * @throws Problem, and what the store throws
 */
export async function commitOne(
  account: string,
  setting: Committing,
  proposal: Proposal<Problem>,
  onConflict?: OnConflict,
): Promise<Page> {
  const [page] = await commitAll(account, setting, [proposal], onConflict)
  if (page === undefined) throw new Error('a commit of one proposal has no outcome')
  return page
}

/**
 * Writes entries, each once for its identity, and returns their pages. Entries before a refused one stay: sent again, they
 * are found.
 *
 * @throws Problem, and what the store throws
 */
export async function commitAll(
  account: string,
  { services, tools }: Committing,
  proposals: readonly Proposal<Problem>[],
  onConflict: OnConflict = usedKey(account),
): Promise<readonly Page[]> {
  const outcomes = await services.writer.commit(account, proposals, tools.remainingMs)
  return outcomes.map((outcome) => pageOf(account, outcome, onConflict))
}

export const usedKey =
  (account: string): OnConflict =>
  (differs) =>
    new Problem(
      'idempotency.other-request',
      `the log of ${account} has an entry with this key that differs in ${differs.join(', ')}; use a fresh key`,
    )

/** The page of a written entry, or the problem. @throws Problem, and what the store throws */
export const pageOf = (account: string, outcome: Outcome<Problem>, onConflict: OnConflict): Page =>
  writtenOf(account, outcome, onConflict).page

/** The written entry with its place, or the problem. @throws Problem, and what the store throws */
export function writtenOf(account: string, outcome: Outcome<Problem>, onConflict: OnConflict): FoundEntry {
  switch (outcome.kind) {
    case 'committed':
    case 'replayed':
      return outcome
    case 'refused':
      throw outcome.refusal
    case 'conflict':
      throw onConflict(outcome.differs)
    case 'no-account':
      throw noSuchAccount(account)
    case 'not-committed':
      throw outcome.cause
  }
}

/** Settles a proposal by a check that throws what refuses it. */
export async function settledBy(check: () => Promise<unknown>, entry: Entry): Promise<SettledProposal<Problem>> {
  try {
    await check()
    return { kind: 'entry', entry }
  } catch (error) {
    if (error instanceof Problem) return { kind: 'refused', refusal: error }
    throw error
  }
}
