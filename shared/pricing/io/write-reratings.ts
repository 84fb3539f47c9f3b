import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import { type Decision, type ReratingEntry, refundIdentity, reratingIdentity } from '../../ledger/entries/credit.ts'
import { entryDifference } from '../../ledger/entries/entries.ts'
import { OutOfTime } from '../../ledger/io/commit/commit-ports.ts'
import type { Outcome, Proposal } from '../../ledger/io/commit/outcomes.ts'
import type { LogWriter } from '../../ledger/io/log-writer.ts'
import type { Rerated } from '../rerate/rerate.ts'
import type { RerateTally } from '../rerate/rerated-tally.ts'

/** A charge that costs something else by the version. */
export interface Found {
  readonly charge: ChargeEntry
  readonly rerated: Extract<Rerated, { kind: 'corrected' }>
}

/** To which version, and who decided it. */
export interface RerateDecision {
  readonly account: string
  readonly rateCard: number
  readonly decision: Omit<Decision, 'credits'>
}

export interface WriteBy {
  readonly writer: LogWriter
  readonly remainingMs: () => number
  /** No correction up to this page was overlooked. */
  readonly lookedUpTo: number
}

/** Some pages' worth: a commit keeps what it writes in memory. */
const CORRECTIONS_AT_ONCE = 1000

/**
 * Writes a correction for each charge, unless somebody else has corrected or refunded it since, and counts what became of it.
 *
 * @returns whether there was time for all of them
 * @throws what the store throws
 */
export async function writeReratings(
  found: readonly Found[],
  order: RerateDecision,
  by: WriteBy,
  tally: RerateTally,
): Promise<boolean> {
  for (let next = 0; next < found.length; next += CORRECTIONS_AT_ONCE) {
    if (!(await writeSome(found.slice(next, next + CORRECTIONS_AT_ONCE), order, by, tally))) return false
  }
  return true
}

async function writeSome(
  found: readonly Found[],
  order: RerateDecision,
  { writer, remainingMs, lookedUpTo }: WriteBy,
  tally: RerateTally,
): Promise<boolean> {
  const proposals = found.map((one) => proposalOf(entryOf(one, order), lookedUpTo))
  const outcomes = await writer.commit(order.account, proposals, remainingMs)
  let fault: Extract<Outcome<never>, { kind: 'not-committed' }> | undefined
  found.forEach(({ charge, rerated: { before, after } }, place) => {
    const outcome = outcomes[place]
    if (outcome?.kind === 'committed') tally.corrected(charge, before, after)
    // Somebody else did the same at the same time.
    else if (outcome?.kind === 'replayed') tally.unchanged(charge, after)
    else if (outcome?.kind === 'conflict') tally.leftAlone(charge, before, conflictOf(outcome))
    else if (outcome?.kind === 'not-committed') fault ??= outcome
  })
  if (fault === undefined) return true
  if (fault.cause instanceof OutOfTime) return false
  throw fault.cause
}

const conflictOf = ({ differs }: { readonly differs: readonly string[] }): 'refunded' | 'conflict' =>
  differs.includes('refund') ? 'refunded' : 'conflict'

function entryOf({ charge, rerated }: Found, { rateCard, decision }: RerateDecision): ReratingEntry {
  const { source, id, time, user, group, category, service } = charge
  return {
    kind: 'rerating',
    of: { source, id },
    nth: rerated.nth,
    time,
    user,
    group,
    category,
    service,
    rateCard,
    ...decision,
    credits: rerated.credits,
  }
}

const proposalOf = (entry: ReratingEntry, lookedUpTo: number): Proposal<never> => ({
  identity: reratingIdentity(entry.of, entry.nth),
  boundAt: undefined,
  differenceFrom: (other) => entryDifference(entry, other),
  unless: { identity: refundIdentity(entry.of), lookedUpTo },
  settle: () => ({ kind: 'entry', entry }),
})
