import { OutOfTime } from '../../../ledger/io/commit/proposal.ts'
import type { LogTable } from '../../../ledger/io/log-table.ts'
import type { SpendScope } from '../../../spend/selector.ts'
import type { Instant } from '../../../time/instant.ts'
import { foldGate, type Gate, rebaseGate } from '../../gates/gate.ts'
import { gateKey, gatesOf } from '../../gates/gates-of.ts'
import type { AccountFold } from '../account-fold.ts'
import { type FoldForUse, foldForUse, type WantedUses } from '../check-access.ts'
import { readGate, type Stored } from '../gates-table.ts'
import type { WarmFolds } from '../warm-folds.ts'
import { type Earlier, lookback, readEarlier } from './charged-reservations.ts'
import type { ReservationGates } from './reservation-gates.ts'

/** A gate, by the version that stands in the table, as it is at the head of the log. */
interface SeenGate {
  readonly scope: SpendScope
  readonly key: string
  readonly version: number
  readonly folded: Gate
}

/** An account's fold, and every gate that a use goes through, folded to the same page. */
export interface GatesAtHead {
  readonly fold: FoldForUse
  /** In the order in which holds are taken. */
  readonly gates: readonly SeenGate[]
}

export type StoredGates = Map<string, Stored<Gate>>

const ANY_AGE = Number.MAX_SAFE_INTEGER

/** Settings that name one more gate, or a page that a gate has seen and we have not, ask for one more round. */
const ROUNDS = 5

/**
 * Looks at the gates first, then at the log. A gate that was folded to a page has let go what was charged up to it: a decision that counts
 * spend by an older page would miss those charges (account-log, "Access check and reservations").
 *
 * @param known gates as they were read before; those that are missing are read, and kept here
 * @returns `undefined` for an account without a log
 * @throws OutOfTime, BrokenChain
 */
export async function lookAtGates(
  { folds, gates, log }: { readonly folds: WarmFolds; readonly gates: ReservationGates; readonly log: LogTable },
  wanted: WantedUses & { readonly account: string },
  known: StoredGates,
  { now, maxAgeMs }: { readonly now: () => Instant; readonly maxAgeMs: number },
): Promise<GatesAtHead | undefined> {
  const foldOf = (age: number) => foldForUse(folds, wanted.account, wanted, { now: now(), maxAgeMs: age })
  let fold = await foldOf(ANY_AGE)
  for (let round = 0, age = maxAgeMs; round < ROUNDS; round += 1, age = 0) {
    if (fold === undefined) return undefined
    const missing = keysOf(wanted, fold).filter(({ key }) => !known.has(key))
    await Promise.all(missing.map(async ({ key }) => known.set(key, await readGate(gates.table, key))))
    const before = await foldOf(age)
    if (before === undefined) return undefined
    const earlier = new Map<string, Earlier>()
    for (const [key, { value }] of known) earlier.set(key, await readEarlier(log, before.fold, value, before.readAt))
    // Whatever other requests took in while this one read: all that follows is of one page.
    fold = await foldOf(ANY_AGE)
    if (fold?.fold === before.fold && !isBehind(fold.fold, known)) {
      const seen = seeGates(wanted, fold, known, earlier)
      if (seen !== undefined) return { fold, gates: seen }
    }
  }
  // A log that was restored and has no epoch of its own yet is behind its gates.
  throw new OutOfTime()
}

function keysOf(
  { account, user }: WantedUses & { readonly account: string },
  fold: FoldForUse,
): readonly { readonly scope: SpendScope; readonly key: string }[] {
  const scopes = gatesOf(user, fold.limits(), fold.fold.limits().settings.holdsBalance)
  return scopes.map((scope) => ({ scope, key: gateKey(account, scope) }))
}

function isBehind(fold: AccountFold, known: StoredGates): boolean {
  const head = fold.head()
  return (
    head === undefined || [...known.values()].some(({ value }) => rebaseGate(value, head.header).head > head.header.seq)
  )
}

/** @returns `undefined` where the limits name a gate that was not read */
function seeGates(
  wanted: WantedUses & { readonly account: string },
  fold: FoldForUse,
  known: StoredGates,
  earlier: ReadonlyMap<string, Earlier>,
): readonly SeenGate[] | undefined {
  const seen: SeenGate[] = []
  for (const { scope, key } of keysOf(wanted, fold)) {
    const [stored, before] = [known.get(key), earlier.get(key)]
    if (stored === undefined || before === undefined) return undefined
    const folded = foldGate(stored.value, lookback(fold.fold, before, fold.readAt))
    seen.push({ scope, key, version: stored.version, folded })
  }
  return seen
}
