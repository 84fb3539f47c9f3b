import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { toItem } from '../../../shared/ledger/io/page-item.ts'
import type { UsageEvent } from '../../../shared/usage/usage-event.ts'
import { accessTo, type Engine } from '../../conformance/engines/engine.ts'
import { randomOf } from '../../world/random.ts'
import { type Traffic, trafficOf } from '../traffic/events.ts'
import { type Counts, meterOf } from '../wire/meter.ts'
import type { Clients, Design } from './design.ts'

export interface Load {
  readonly accounts: number
  readonly writers: number
}

export interface Run {
  /** Charged in all, and what that took at the wire. */
  readonly events: number
  readonly counts: Counts
  /** Of what was charged before the time was over: the last writers to end have the engine to themselves. */
  readonly eventsASecond: number
}

interface Commit {
  readonly account: string
  readonly events: readonly UsageEvent[]
}

/** AWS: the most items of a batch write. */
const BATCH = 25

/** Charges until the time is over or nothing is left; events and accounts are made before the clock starts. */
export async function run(
  engine: Engine,
  design: Design,
  { accounts, writers }: Load,
  milliseconds: number,
): Promise<Run> {
  const clients = clientsOf(engine)
  const name = `${design.eventsACommit}-${accounts}-${writers}-${Date.now().toString(36)}`
  const waiting = commitsOf(name, accounts, design)
  await open(clients, design, [...new Set(waiting.map(({ account }) => account))])
  const meter = meterOf(clients.client)

  const began = performance.now()
  const elapsed = () => performance.now() - began
  let [events, inTime] = [0, 0]
  const write = async () => {
    const charge = design.process(clients)
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await charge(next.account, next.events)
      events += next.events.length
      if (elapsed() > milliseconds) return
      inTime = events
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  const seconds = Math.min(elapsed(), milliseconds) / 1000
  clients.client.destroy()
  return { events, counts: meter.counts(), eventsASecond: inTime / seconds }
}

function clientsOf({ endpoint }: Engine): Clients {
  const client = new DynamoDBClient({ ...accessTo(endpoint), maxAttempts: 3 })
  const unmarshallOptions = { wrapNumbers: (digits: string) => digits }
  const marshallOptions = { removeUndefinedValues: true }
  return { client, documents: DynamoDBDocumentClient.from(client, { unmarshallOptions, marshallOptions }) }
}

/** Each commit is of one account, as batches grouped by account are. */
function commitsOf(name: string, accounts: number, { commits, eventsACommit }: Design): Commit[] {
  const random = randomOf(accounts)
  const traffics = new Map<string, Traffic>()
  return Array.from({ length: commits }, () => {
    const account = `acme-${name}-${random.below(accounts)}`
    const seed = traffics.size + 1
    const traffic = traffics.get(account) ?? trafficOf({ account, ids: 'bound', eventsASecond: 350, users: 5000, seed })
    traffics.set(account, traffic)
    return { account, events: traffic.next(eventsACommit, Math.ceil(eventsACommit / 2)) }
  })
}

async function open({ documents }: Clients, { firstPage }: Design, accounts: readonly string[]): Promise<void> {
  if (firstPage === undefined) return
  for (let next = 0; next < accounts.length; next += BATCH) {
    const log = accounts
      .slice(next, next + BATCH)
      .map((account) => ({ PutRequest: { Item: { ...toItem(firstPage(account)) } } }))
    await documents.send(new BatchWriteCommand({ RequestItems: { log } }))
  }
}
