import { readBoundId } from '../../usage/account-bound-id.ts'
import { type ChargeEntry, usageIdentity } from '../entries/charge.ts'
import { type ReratingEntry, reratingIdentity } from '../entries/credit.ts'
import type { Identity } from '../entries/identity.ts'
import { decisionIdentity, type UpgradeDecisionEntry } from '../entries/limits.ts'
import { standingSeq } from '../page/page.ts'
import type { FoundEntry, Sight } from '../sight.ts'
import { commitDistinct } from './commit/commit.ts'
import type { CommitPorts, Outcome, Proposal } from './commit/proposal.ts'
import { readMarker } from './markers-table.ts'
import { IdIndexes } from './search/id-indexes.ts'
import { catchUp, lookForward, lookLate, openSight } from './search/prove-absence.ts'

/** A process stays warm with at most this many entries of all logs together (about half a KB each). */
const WARM_ENTRIES = 100_000
const WARM_ENTRIES_OF_ONE = 50_000

/** Writes logs, and keeps the pages that it read for the next call of the same process. */
export class LogWriter {
  readonly #ports: CommitPorts
  /** By account, the least recently used first. */
  readonly #warm = new Map<string, Sight>()

  constructor(ports: CommitPorts) {
    this.#ports = ports
  }

  /**
   * Commits proposals to an account's log: each becomes an entry once, for ever, or says why not.
   *
   * Never throws: an error leaves what is undecided `not-committed`, with its cause, and touches no other account.
   *
   * @returns an outcome for each proposal, in their order
   */
  async commit<R>(
    account: string,
    proposals: readonly Proposal<R>[],
    remainingMs: () => number,
  ): Promise<readonly Outcome<R>[]> {
    const outcomes: (Outcome<R> | undefined)[] = proposals.map(() => undefined)
    try {
      const sight = this.#warm.get(account) ?? (await openSight(this.#ports.log, account))
      if (sight === undefined) return proposals.map(() => ({ kind: 'no-account' }))
      this.#warm.delete(account)
      for (const places of roundsOf(proposals)) {
        const round: (Outcome<R> | undefined)[] = []
        const proposalsOfRound = places.flatMap((place) => proposals[place] ?? [])
        await commitDistinct(this.#ports, sight, proposalsOfRound, round, remainingMs).finally(() => {
          places.forEach((place, index) => {
            outcomes[place] = round[index]
          })
        })
      }
      this.#keepWarm(sight)
    } catch (cause) {
      return outcomes.map((outcome) => outcome ?? { kind: 'not-committed', cause })
    }
    return outcomes.map((outcome) => outcome ?? { kind: 'not-committed', cause: new Error('left undecided') })
  }

  /** The charge of a usage event, and where it stands; reads what is newest. */
  async findCharge(
    account: string,
    source: string,
    id: string,
  ): Promise<(FoundEntry & { readonly entry: ChargeEntry }) | undefined> {
    const sight = await openSight(this.#ports.log, account)
    if (sight === undefined) return undefined
    const found = await this.#find(sight, usageIdentity({ source, id }), readBoundId(id)?.time)
    return found?.entry.kind === 'charge' ? { ...found, entry: found.entry } : undefined
  }

  /** The re-ratings of a charge, in their order, and the page up to which was looked; after it there may be more. */
  async findReratings(
    account: string,
    of: ReratingEntry['of'],
  ): Promise<{ readonly reratings: readonly ReratingEntry[]; readonly lookedUpTo: number }> {
    const sight = await openSight(this.#ports.log, account)
    if (sight === undefined) return { reratings: [], lookedUpTo: 0 }
    const lookedUpTo = sight.head().header.seq
    const reratings: ReratingEntry[] = []
    for (;;) {
      const found = await this.#find(sight, reratingIdentity(of, reratings.length + 1))
      if (found?.entry.kind !== 'rerating') return { reratings, lookedUpTo }
      reratings.push(found.entry)
    }
  }

  /** The decisions of upgrade requests, by the ids of those that were decided. */
  async findDecisions(
    account: string,
    requests: readonly string[],
  ): Promise<ReadonlyMap<string, UpgradeDecisionEntry>> {
    const decisions = new Map<string, UpgradeDecisionEntry>()
    const sight = requests.length === 0 ? undefined : await openSight(this.#ports.log, account)
    if (sight === undefined) return decisions
    for (const request of requests) {
      const found = await this.#find(sight, decisionIdentity(account, request))
      if (found?.entry.kind === 'upgrade-decision') decisions.set(request, found.entry)
    }
    return decisions
  }

  #keepWarm(sight: Sight): void {
    sight.trim(WARM_ENTRIES_OF_ONE)
    this.#warm.set(sight.account, sight)
    let size = 0
    for (const one of this.#warm.values()) size += one.size()
    for (const [account, one] of this.#warm) {
      if (size <= WARM_ENTRIES) break
      size -= one.size()
      this.#warm.delete(account)
    }
  }

  /** @param boundAt the time in an account-bound id */
  async #find(sight: Sight, identity: Identity, boundAt?: number): Promise<FoundEntry | undefined> {
    const { log, markers, archive } = this.#ports
    if (boundAt !== undefined) {
      await lookLate(log, sight, { identity, time: boundAt }, new IdIndexes(log, archive, sight))
      const found = sight.find(identity)
      if (found !== undefined) return found
    }
    const marker = await readMarker(markers, identity)
    if (marker === undefined || marker.account !== sight.account) return undefined
    await catchUp(log, sight)
    await lookForward(log, sight, standingSeq(marker, sight.head().header) + 1, identity, () => true)
    return sight.find(identity)
  }
}

/** Equal identities in one batch go one after the other: the second finds the first in the log and is its replay, or a conflict. */
function roundsOf<R>(proposals: readonly Proposal<R>[]): readonly (readonly number[])[] {
  const rounds: number[][] = []
  const times = new Map<Identity, number>()
  proposals.forEach(({ identity }, place) => {
    const round = times.get(identity) ?? 0
    times.set(identity, round + 1)
    const places = rounds[round]
    if (places === undefined) rounds[round] = [place]
    else places.push(place)
  })
  return rounds
}
