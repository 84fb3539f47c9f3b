import { readBoundId } from '../../usage/account-bound-id.ts'
import { type ChargeEntry, usageIdentity } from '../entries/charge.ts'
import { type ReratingEntry, reratingIdentity } from '../entries/credit.ts'
import type { Identity } from '../entries/identity.ts'
import { decisionIdentity, type UpgradeDecisionEntry } from '../entries/limits.ts'
import { standingSeq } from '../page/epoch.ts'
import type { Found, Sight } from '../sight.ts'
import { commitDistinct } from './commit/commit.ts'
import type { CommitPorts } from './commit/commit-ports.ts'
import type { Outcome, Proposal } from './commit/outcomes.ts'
import { readMarker } from './markers-table.ts'
import { catchUp, lookForward, openSight } from './search/look.ts'
import { indexReader, lookLate } from './search/look-late.ts'

/** A process stays warm with at most so many entries of all logs together (about half a KB each). */
const WARM_ENTRIES = 100_000
const WARM_ENTRIES_OF_ONE = 50_000

export interface LogWriter {
  /**
   * Commits proposals to an account's log: each becomes an entry once, for ever, or says why not.
   *
   * Never throws: an error leaves what is undecided `not-committed`, with its cause, and touches no other account.
   *
   * @returns an outcome for each proposal, in their order
   */
  readonly commit: <R>(
    account: string,
    proposals: readonly Proposal<R>[],
    remainingMs: () => number,
  ) => Promise<readonly Outcome<R>[]>
  /** The charge of a usage event, and where it stands; reads what is newest. */
  readonly findCharge: (
    account: string,
    source: string,
    id: string,
  ) => Promise<(Found & { readonly entry: ChargeEntry }) | undefined>
  /** The re-ratings of a charge, in their order, and the page up to which was looked; after it there may be more. */
  readonly findReratings: (
    account: string,
    of: ReratingEntry['of'],
  ) => Promise<{ readonly reratings: readonly ReratingEntry[]; readonly lookedUpTo: number }>
  /** The decisions of upgrade requests, by the ids of those that were decided. */
  readonly findDecisions: (
    account: string,
    requests: readonly string[],
  ) => Promise<ReadonlyMap<string, UpgradeDecisionEntry>>
}

/** Writes logs, and keeps what it has read of them warm for the next call of the same process. */
export function logWriter(ports: CommitPorts): LogWriter {
  const warm = new Map<string, Sight>()

  const commit = async <R>(
    account: string,
    proposals: readonly Proposal<R>[],
    remainingMs: () => number,
  ): Promise<readonly Outcome<R>[]> => {
    const outcomes: (Outcome<R> | undefined)[] = proposals.map(() => undefined)
    try {
      const sight = warm.get(account) ?? (await openSight(ports.log, account))
      if (sight === undefined) return proposals.map(() => ({ kind: 'no-account' }))
      warm.delete(account)
      for (const places of roundsOf(proposals)) {
        const round: (Outcome<R> | undefined)[] = []
        const proposalsOfRound = places.flatMap((place) => proposals[place] ?? [])
        await commitDistinct(ports, sight, proposalsOfRound, round, remainingMs).finally(() => {
          places.forEach((place, index) => {
            outcomes[place] = round[index]
          })
        })
      }
      keepWarm(warm, sight)
    } catch (cause) {
      return outcomes.map((outcome) => outcome ?? { kind: 'not-committed', cause })
    }
    return outcomes.map((outcome) => outcome ?? { kind: 'not-committed', cause: new Error('left undecided') })
  }

  const findCharge: LogWriter['findCharge'] = async (account, source, id) => {
    const sight = await openSight(ports.log, account)
    if (sight === undefined) return undefined
    const found = await find(ports, sight, usageIdentity({ source, id }), readBoundId(id)?.time)
    return found?.entry.kind === 'charge' ? { ...found, entry: found.entry } : undefined
  }

  const findReratings: LogWriter['findReratings'] = async (account, of) => {
    const sight = await openSight(ports.log, account)
    if (sight === undefined) return { reratings: [], lookedUpTo: 0 }
    const lookedUpTo = sight.head().header.seq
    const reratings: ReratingEntry[] = []
    for (;;) {
      const found = await find(ports, sight, reratingIdentity(of, reratings.length + 1), undefined)
      if (found?.entry.kind !== 'rerating') return { reratings, lookedUpTo }
      reratings.push(found.entry)
    }
  }

  const findDecisions: LogWriter['findDecisions'] = async (account, requests) => {
    const decisions = new Map<string, UpgradeDecisionEntry>()
    const sight = requests.length === 0 ? undefined : await openSight(ports.log, account)
    if (sight === undefined) return decisions
    for (const request of requests) {
      const found = await find(ports, sight, decisionIdentity(account, request), undefined)
      if (found?.entry.kind === 'upgrade-decision') decisions.set(request, found.entry)
    }
    return decisions
  }

  return { commit, findCharge, findReratings, findDecisions }
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

/** The least recently used logs go first. */
function keepWarm(warm: Map<string, Sight>, sight: Sight): void {
  sight.trim(WARM_ENTRIES_OF_ONE)
  warm.set(sight.account, sight)
  let size = 0
  for (const one of warm.values()) size += one.size()
  for (const [account, one] of warm) {
    if (size <= WARM_ENTRIES) break
    size -= one.size()
    warm.delete(account)
  }
}

async function find(
  ports: CommitPorts,
  sight: Sight,
  identity: Identity,
  boundAt: number | undefined,
): Promise<Found | undefined> {
  if (boundAt !== undefined) {
    await lookLate(ports.log, sight, { identity, time: boundAt }, indexReader(ports.log, ports.archive, sight))
    const found = sight.find(identity)
    if (found !== undefined) return found
  }
  const marker = await readMarker(ports.markers, identity)
  if (marker === undefined || marker.account !== sight.account) return undefined
  await catchUp(ports.log, sight)
  await lookForward(ports.log, sight, standingSeq(marker, sight.head().header) + 1, identity, () => true)
  return sight.find(identity)
}
