import { type Documents, documentClient } from '../../shared/aws/document-client.ts'
import { type Entry, identityOf } from '../../shared/ledger/entries/entries.ts'
import type { Outcome, Proposal } from '../../shared/ledger/io/commit/proposal.ts'
import { readPagesAfter } from '../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import { checkSuccession, type Page } from '../../shared/ledger/page/page.ts'
import { openAccount } from '../world/accounts.ts'
import { writerOn } from '../world/log-writer.ts'
import { engineUnderTest } from './engines/under-test.ts'
import { type FaultPlan, withFaults } from './wire/faults.ts'

/** An engine with logs in it. */
export interface World {
  readonly engine: 'embedded' | 'official'
  readonly endpoint: string
  /** A client that nothing befalls. */
  readonly documents: Documents
  readonly openAccount: (...first: readonly Entry[]) => Promise<string>
  /** A process that charges, what befalls its requests, and how often something has. */
  readonly process: (faults?: FaultPlan) => LogWriter & { readonly faults: () => number }
  /** Every page of a log, each held against the one before it, and no identity twice. */
  readonly audited: (account: string) => Promise<readonly Page[]>
  readonly stop: () => Promise<void>
}

export async function startWorld(): Promise<World> {
  const engine = await engineUnderTest()
  const documents = documentClient()
  const log = { documents, name: engine.log }
  const clients: Documents[] = [documents]

  const processWith: World['process'] = (faults = () => undefined) => {
    const own = documentClient()
    clients.push(own)
    const count = withFaults(own, faults)
    const writer = writerOn({ documents: own, names: engine })
    return Object.assign(writer, { faults: count })
  }

  const audited: World['audited'] = async (account) => {
    const pages = await readPagesAfter(log, account, 0)
    pages.forEach((page, place) => {
      checkSuccession(pages[place - 1], page)
    })
    const identities = pages.flatMap((page) => page.entries.map((entry) => identityOf(entry, account)))
    const twice = identities.find((identity, place) => identities.indexOf(identity) !== place)
    if (twice !== undefined) throw new Error(`${JSON.stringify(twice)} stands in the log of ${account} twice`)
    return pages
  }

  const stop = async () => {
    for (const client of clients) client.destroy()
    await engine.stop()
  }
  return {
    engine: engine.name,
    endpoint: engine.endpoint,
    documents,
    openAccount: (...first) => openAccount({ documents, names: engine }, [], ...first),
    process: processWith,
    audited,
    stop,
  }
}

export const inTime = () => 60_000

const DELIVERIES = 400

/** Delivers like a queue: what was not committed comes again, to any of the processes, until it is decided. */
export async function deliver<R>(
  to: readonly LogWriter[],
  account: string,
  proposals: readonly Proposal<R>[],
): Promise<readonly Outcome<R>[]> {
  const outcomes: Outcome<R>[] = []
  let waiting = proposals.map((_, place) => place)
  for (let delivery = 0; waiting.length > 0; delivery += 1) {
    const writer = to[delivery % to.length]
    if (writer === undefined || delivery === DELIVERIES) throw new Error(`not committed in ${delivery} deliveries`)
    const batch = waiting.flatMap((place) => proposals[place] ?? [])
    const decided = await writer.commit(account, batch, inTime)
    waiting.forEach((place, index) => {
      const outcome = decided[index]
      if (outcome !== undefined) outcomes[place] = outcome
    })
    waiting = waiting.filter((place) => outcomes[place]?.kind === 'not-committed')
  }
  return outcomes
}
