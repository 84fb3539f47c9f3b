import { isTransient } from '../../../aws/transient.ts'
import { choosePage, meetsCoverageRule, nextPortion, withRange } from '../../coverage/coverage-rule.ts'
import type { Settings } from '../../entries/settings.ts'
import { BrokenChain, Uncovered } from '../../errors.ts'
import { nextPage, PAGE_BODY_BYTES, type Page, type PageContent } from '../../page/page.ts'
import type { Sight } from '../../sight.ts'
import { type Append, appendPage, readPage, readPages } from '../log-table.ts'
import { packContent } from '../page-item.ts'
import { catchUp, proveAbsence } from '../search/prove-absence.ts'
import {
  assertTime,
  type CommitPorts,
  isSettled,
  type Outcome,
  OutOfTime,
  type Pending,
  type Proposal,
  pendingOf,
  type Settled,
} from './proposal.ts'

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
  await lookUnless(ports, sight, proposals)
  const commit = new Commit(ports, sight, proposals, outcomes, remainingMs)
  while (commit.isUndecided) await commit.writeNextPage()
}

/** A page is seen when it is read or lost to: only the pages before the newest run of those have to be read here. */
async function lookUnless<R>({ log }: CommitPorts, sight: Sight, proposals: readonly Proposal<R>[]): Promise<void> {
  const lookedUpTo = proposals.map(({ unless }) => unless?.lookedUpTo ?? Number.POSITIVE_INFINITY)
  const from = Math.min(...lookedUpTo) + 1
  const to = (sight.ranges().at(-1)?.from.seq ?? 1) - 1
  if (from > to) return
  for (const page of await readPages(log, sight.account, { from, to })) sight.add(page)
}

/** Entries packed for a page, wherever it will stand. */
interface PackedPage<R> {
  readonly claims: readonly Settled<R>[]
  readonly content: PageContent
}

/** The proposals of one commit on their way into a log, attempt by attempt. */
class Commit<R> {
  readonly #ports: CommitPorts
  readonly #sight: Sight
  readonly #outcomes: (Outcome<R> | undefined)[]
  readonly #remainingMs: () => number
  #pending: readonly Pending<R>[]
  /** The packed entries of the page that just lost its race: used again if the choice is the same. */
  #packed: PackedPage<R> | undefined
  #losses = 0

  constructor(
    ports: CommitPorts,
    sight: Sight,
    proposals: readonly Proposal<R>[],
    outcomes: (Outcome<R> | undefined)[],
    remainingMs: () => number,
  ) {
    this.#ports = ports
    this.#sight = sight
    this.#outcomes = outcomes
    this.#remainingMs = remainingMs
    this.#pending = proposals.map(pendingOf)
  }

  get isUndecided(): boolean {
    return this.#pending.length > 0
  }

  /** Decides known proposals, proves the absence of the next ones, and tries to append one page of them. */
  async writeNextPage(): Promise<void> {
    const sight = this.#sight
    this.#decideKnown()
    this.#pending = this.#undecided(this.#pending)
    const portion = nextPortion(this.#pending, sight.head().header.logTime)
    const { elsewhere, unsearched } = await proveAbsence(this.#ports, sight, portion, this.#remainingMs)
    for (const one of elsewhere) this.#decide(one, { kind: 'conflict', differs: ['account'] })
    for (const one of unsearched) this.#decide(one, { kind: 'not-committed', cause: new OutOfTime() })
    this.#decideKnown()
    const unwritten = this.#undecided(portion)
    for (const one of unwritten) await this.#settle(one)
    this.#pending = this.#undecided(this.#pending)
    const claims = this.#undecided(unwritten).filter(isSettled)
    if (claims.length === 0) return
    assertTime(this.#remainingMs)

    const packed = this.#pack(choosePage(claimsOfOnePage(claims), sight.head().header.logTime))
    this.#assertCovered(packed.claims)
    const page = nextPage(sight.head(), await this.#settings(), packed.content)
    const append = await this.#appendSurely(page)
    if (append.kind === 'lost') return await this.#afterLoss(append.winner)
    sight.add(page)
    packed.claims.forEach((one, position) => {
      this.#decide(one, { kind: 'committed', entry: one.entry, page, position })
    })
    this.#pending = this.#undecided(this.#pending)
    this.#losses = 0
  }

  #decide(one: Pending<R>, outcome: Outcome<R>): void {
    this.#outcomes[one.place] = outcome
  }

  #undecided(some: readonly Pending<R>[]): readonly Pending<R>[] {
    return some.filter((one) => this.#outcomes[one.place] === undefined)
  }

  /** The original entry of a replay; else the refusal: the same identity with other fields, or an entry that must not follow another one. */
  #decideKnown(): void {
    for (const one of this.#pending) {
      const { identity, unless, differenceFrom } = one.proposal
      const found = this.#sight.find(identity)
      if (found === undefined) {
        const forbidding = unless && this.#sight.find(unless.identity)
        if (forbidding !== undefined) this.#decide(one, { kind: 'conflict', differs: [forbidding.entry.kind] })
        continue
      }
      const differs = differenceFrom(found.entry)
      this.#decide(one, differs.length === 0 ? { kind: 'replayed', ...found } : { kind: 'conflict', differs })
    }
  }

  /** Once; where the proposal depends on the head, once for each head. */
  async #settle(one: Pending<R>): Promise<void> {
    const head = this.#sight.head()
    if (one.entry !== undefined && (!one.proposal.dependsOnHead || one.settledFor === head)) return
    const settled = await one.proposal.settle(head)
    if (settled.kind === 'refused') this.#decide(one, settled)
    else one.entry = settled.entry
    one.settledFor = head
  }

  /** Packs as many of the chosen as a page's body holds: half of them until they fit. */
  #pack(chosen: readonly Settled<R>[]): PackedPage<R> {
    const last = this.#packed
    if (last !== undefined && isSameChoice(last, chosen)) return last
    const by = { writtenAt: this.#ports.now(), nonce: this.#ports.nonce() }
    const content = packContent(
      this.#sight.account,
      chosen.map((one) => one.entry),
      by,
    )
    if (content.body.length > PAGE_BODY_BYTES && chosen.length > 1)
      return this.#pack(chosen.slice(0, Math.ceil(chosen.length / 2)))
    this.#packed = { claims: chosen, content }
    return this.#packed
  }

  /** @throws Uncovered: a bug that would charge twice; nothing is written */
  #assertCovered(claims: readonly Pending<R>[]): void {
    const ranges = this.#sight.ranges()
    const { seq } = this.#sight.head().header
    for (const one of claims) {
      const { identity } = one.proposal
      const seen = one.indexed === undefined ? ranges : withRange(ranges, one.indexed)
      if (this.#sight.find(identity) === undefined && meetsCoverageRule(one, seen, seq)) continue
      throw new Uncovered(this.#sight.account, seq + 1, identity)
    }
  }

  /** The settings in force at the head: they stand in the page that its header names, and are read once. */
  async #settings(): Promise<Settings> {
    const sight = this.#sight
    const { settingsSeq } = sight.head().header
    if (sight.settings(settingsSeq) === undefined) {
      const page = await readPage(this.#ports.log, sight.account, settingsSeq)
      if (page !== undefined) sight.learnSettings(page)
    }
    const settings = sight.settings(settingsSeq)
    if (settings === undefined) throw new BrokenChain(sight.account, settingsSeq, 'holds no settings')
    return settings
  }

  /** Appends; asks again where the SDK can't tell whether it happened: the condition decides. */
  async #appendSurely(page: Page): Promise<Append> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await appendPage(this.#ports.log, page)
      } catch (error) {
        if (!isTransient(error)) throw error
        assertTime(this.#remainingMs)
        await this.#backOff(attempt)
      }
    }
  }

  async #afterLoss(winner: Page): Promise<void> {
    this.#losses += 1
    this.#sight.add(winner)
    if (this.#losses >= LOSSES_BEFORE_CATCH_UP) await catchUp(this.#ports.log, this.#sight)
    if (this.#losses > LOSSES_AT_ONCE) await this.#backOff(this.#losses - LOSSES_AT_ONCE)
  }

  /** Full jitter: anywhere below a bound that doubles. */
  async #backOff(attempt: number): Promise<void> {
    const { random, wait } = this.#ports
    await wait(random() * Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** attempt))
  }
}

/** A proposal that depends on the head gets a page of its own: an entry beside it would come between the two. */
function claimsOfOnePage<R>(claims: readonly Settled<R>[]): readonly Settled<R>[] {
  const alone = claims.find(({ proposal }) => proposal.dependsOnHead)
  return alone === undefined ? claims : [alone]
}

/** An entry that was settled again may be another one. */
const isSameChoice = <R>({ claims, content }: PackedPage<R>, chosen: readonly Settled<R>[]): boolean =>
  claims.length === chosen.length &&
  chosen.every((one, place) => one === claims[place] && one.entry === content.entries[place])
