import { isTransient } from '../../../aws/transient.ts'
import { isCovered } from '../../coverage/coverage.ts'
import { withRange } from '../../coverage/seen-ranges.ts'
import type { Settings } from '../../entries/settings.ts'
import { BrokenChain, Uncovered } from '../../errors.ts'
import { choosePage, nextPortion } from '../../page/choose-page.ts'
import { nextPage } from '../../page/next-page.ts'
import type { Page } from '../../page/page.ts'
import type { Sight } from '../../sight.ts'
import { type Append, appendPage, type LogTable, readPage, readPages } from '../log-table.ts'
import { catchUp } from '../search/look.ts'
import { proveAbsence } from '../search/prove-absence.ts'
import { assertTime, type CommitPorts, OutOfTime } from './commit-ports.ts'
import type { Outcome, Proposal } from './outcomes.ts'
import { type PackedPage, packPage } from './pack-page.ts'
import { isSettled, type Pending, pendingOf, type Settled } from './pending.ts'

/** Backoff from the first loss starves the loser, none at all triples the waste (performance, "Contention"). */
const LOSSES_AT_ONCE = 6
const LOSSES_BEFORE_CATCH_UP = 2
const LONGEST_WAIT_MS = 1000
const SHORTEST_WAIT_MS = 20

/**
 * Commits proposals of distinct identities to one log, in as few pages as they need (account-log, "Commit").
 *
 * @param outcomes filled, place by place, as proposals are decided; after a throw the empty places are undecided
 * @throws OutOfTime, what the SDK throws, and BrokenChain or Uncovered, after which nothing may be written to this log
 */
export async function commitDistinct<R>(
  ports: CommitPorts,
  sight: Sight,
  proposals: readonly Proposal<R>[],
  outcomes: (Outcome<R> | undefined)[],
  remainingMs: () => number,
): Promise<void> {
  if (proposals.some(({ dependsOnHead }) => dependsOnHead)) await catchUp(ports.log, sight)
  await lookUnless(ports.log, sight, proposals)
  let pending = proposals.map(pendingOf)
  let packed: PackedPage<R> | undefined
  let losses = 0
  const decide = (one: Pending<R>, outcome: Outcome<R>): void => {
    outcomes[one.place] = outcome
  }
  const undecided = () => pending.filter((one) => outcomes[one.place] === undefined)

  while (pending.length > 0) {
    for (const one of pending) decideKnown(sight, one, decide)
    pending = undecided()
    const portion = nextPortion(pending, sight.head().header.logTime)
    const { elsewhere, unsearched } = await proveAbsence(ports, sight, portion, remainingMs)
    for (const one of elsewhere) decide(one, { kind: 'conflict', differs: ['account'] })
    for (const one of unsearched) decide(one, { kind: 'not-committed', cause: new OutOfTime() })
    for (const one of pending) decideKnown(sight, one, decide)
    const unwritten = portion.filter((one) => outcomes[one.place] === undefined)
    for (const one of unwritten) await settle(one, sight.head(), decide)
    pending = undecided()
    const claims = unwritten.filter((one) => outcomes[one.place] === undefined).filter(isSettled)
    if (claims.length === 0) continue
    assertTime(remainingMs)

    const chosen = choosePage(claimsOfOnePage(claims), sight.head().header.logTime)
    packed = packPage(ports, sight.account, chosen, packed)
    assertCovered(sight, packed.claims)
    const page = nextPage(sight.head(), await settingsOf(ports, sight), packed.content)
    const append = await appendSurely(ports, page, remainingMs)
    if (append.kind === 'appended') {
      sight.add(page)
      packed.claims.forEach((one, position) => {
        decide(one, { kind: 'committed', entry: one.entry, page, position })
      })
      pending = undecided()
      losses = 0
    } else {
      losses += 1
      sight.add(append.winner)
      if (losses >= LOSSES_BEFORE_CATCH_UP) await catchUp(ports.log, sight)
      if (losses > LOSSES_AT_ONCE) await ports.wait(jitter(ports, losses - LOSSES_AT_ONCE))
    }
  }
}

type Decide<R> = (one: Pending<R>, outcome: Outcome<R>) => void

/** What is written from here on is seen anyway: every page that is lost to another writer, and those before it. */
async function lookUnless<R>(log: LogTable, sight: Sight, proposals: readonly Proposal<R>[]): Promise<void> {
  const lookedUpTo = proposals.map(({ unless }) => unless?.lookedUpTo ?? Number.POSITIVE_INFINITY)
  const from = Math.min(...lookedUpTo) + 1
  const to = (sight.ranges().at(-1)?.from.seq ?? 1) - 1
  if (from > to) return
  for (const page of await readPages(log, sight.account, { from, to })) sight.add(page)
}

/** A replay's result is the original entry; the same identity with other fields is never written, nor what may not follow. */
function decideKnown<R>(sight: Sight, one: Pending<R>, decide: Decide<R>): void {
  const { identity, unless } = one.proposal
  const found = sight.find(identity)
  if (found === undefined) {
    const forbidding = unless && sight.find(unless.identity)
    if (forbidding !== undefined) decide(one, { kind: 'conflict', differs: [forbidding.entry.kind] })
    return
  }
  const differs = one.proposal.differenceFrom(found.entry)
  decide(one, differs.length === 0 ? { kind: 'replayed', ...found } : { kind: 'conflict', differs })
}

/** Once; where the proposal depends on the head, once for each head. */
async function settle<R>(one: Pending<R>, head: Page, decide: Decide<R>): Promise<void> {
  if (one.entry !== undefined && (one.proposal.dependsOnHead === undefined || one.settledFor === head)) return
  const settled = await one.proposal.settle(head)
  if (settled.kind === 'refused') decide(one, settled)
  else one.entry = settled.entry
  one.settledFor = head
}

/** What depends on the head stands alone: an entry beside it would come between the two. */
function claimsOfOnePage<R>(claims: readonly Settled<R>[]): readonly Settled<R>[] {
  const alone = claims.find(({ proposal }) => proposal.dependsOnHead)
  return alone === undefined ? claims : [alone]
}

/** @throws Uncovered: a bug that would charge twice; nothing is written */
function assertCovered<R>(sight: Sight, claims: readonly Pending<R>[]): void {
  const ranges = sight.ranges()
  const { seq } = sight.head().header
  for (const one of claims) {
    const { identity } = one.proposal
    const seen = one.indexed === undefined ? ranges : withRange(ranges, one.indexed)
    if (sight.find(identity) === undefined && isCovered(one, seen, seq)) continue
    throw new Uncovered(sight.account, seq + 1, identity)
  }
}

/** The settings in force at the head: they stand in the page that its header names, and are read once. */
async function settingsOf(ports: CommitPorts, sight: Sight): Promise<Settings> {
  const { settingsSeq } = sight.head().header
  if (sight.settings(settingsSeq) === undefined) {
    const page = await readPage(ports.log, sight.account, settingsSeq)
    if (page !== undefined) sight.learnSettings(page)
  }
  const settings = sight.settings(settingsSeq)
  if (settings === undefined) throw new BrokenChain(sight.account, settingsSeq, 'holds no settings')
  return settings
}

/** Appends; asks again where the SDK can't tell whether it happened: the condition decides. */
async function appendSurely(ports: CommitPorts, page: Page, remainingMs: () => number): Promise<Append> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await appendPage(ports.log, page)
    } catch (error) {
      if (!isTransient(error)) throw error
      assertTime(remainingMs)
      await ports.wait(jitter(ports, attempt))
    }
  }
}

/** Full jitter: anywhere below a bound that doubles. */
const jitter = (ports: CommitPorts, attempt: number): number =>
  ports.random() * Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** attempt)
