import { type Entry, entryDifference, identityOf, usageDifference } from '../../entries/entries.ts'
import type { RestoreEntry } from '../../entries/restore.ts'
import type { Outcome, Proposal } from '../commit/outcomes.ts'
import type { LogWriter } from '../log-writer.ts'

/** What missing entries came to. */
export interface Reappended {
  readonly appended: number
  /** Stood in the log already. */
  readonly standing: number
  /** The log has another one with the same identity. */
  readonly differing: number
}

/**
 * Opens the epoch of a log that came back from a backup, before anything else is written to it: markers of the epochs
 * before count up to the cut alone (account-log, "Change and restore").
 *
 * Done twice with the same key it changes nothing.
 *
 * @param restore its epoch is greater than any that a marker or an archived page of this account names
 * @throws Error when it could not be written, and what the store throws
 */
export async function openEpoch(
  writer: LogWriter,
  account: string,
  restore: Omit<RestoreEntry, 'kind' | 'holdsTopUps'>,
  remainingMs: () => number,
): Promise<void> {
  const [outcome] = await writer.commit(
    account,
    [proposalOf(account, { kind: 'restore', ...restore, holdsTopUps: true })],
    remainingMs,
  )
  if (outcome?.kind === 'committed' || outcome?.kind === 'replayed') return
  throw unwritten(account, outcome)
}

/**
 * Appends entries of pages that are gone, each once, by its identity: what was delivered again meanwhile stays as it is.
 *
 * @param entries as the archive holds them; the opening and restores are left out: they made those pages, not these
 * @throws Error when one could not be written; again, it goes on with those that are missing
 */
export async function reappend(
  writer: LogWriter,
  account: string,
  entries: readonly Entry[],
  remainingMs: () => number,
): Promise<Reappended> {
  const missing = entries.filter(({ kind }) => kind !== 'open' && kind !== 'restore')
  const proposals = missing.map((entry) => proposalOf(account, entry))
  const outcomes = await writer.commit(account, proposals, remainingMs)
  const failed = outcomes.find(({ kind }) => kind !== 'committed' && kind !== 'replayed' && kind !== 'conflict')
  if (failed !== undefined) throw unwritten(account, failed)
  const count = (kind: Outcome<never>['kind']): number => outcomes.filter((one) => one.kind === kind).length
  return { appended: count('committed'), standing: count('replayed'), differing: count('conflict') }
}

const proposalOf = (account: string, entry: Entry): Proposal<never> => ({
  identity: identityOf(entry, account),
  boundAt: entry.kind === 'charge' ? entry.boundAt : undefined,
  differenceFrom: (other) => (entry.kind === 'charge' ? usageDifference(entry, other) : entryDifference(entry, other)),
  settle: () => ({ kind: 'entry', entry }),
})

function unwritten(account: string, outcome: Outcome<never> | undefined): unknown {
  if (outcome?.kind === 'not-committed') return outcome.cause
  return new Error(`an entry of ${account} was not written: ${outcome?.kind}`)
}
