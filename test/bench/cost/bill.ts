import { prices } from './prices.ts'

/** What an event needs, as measured. */
export interface Needs {
  readonly eventsAMessage: number
  readonly messageBytes: number
  readonly writeUnits: number
  readonly readUnits: number
  readonly storedBytes: number
  readonly requests: number
  /** Processor microseconds. */
  readonly consumer: number
  readonly snapshotWriteUnits: number
  readonly snapshotReadUnits: number
  readonly following: number
}

export interface Item {
  readonly what: string
  readonly amount: number
  readonly unit: string
  readonly price: number
}

/** AWS: so many bytes of a request to a queue count as one. */
const REQUEST_BYTES = 64 * 1024
const MESSAGES_A_REQUEST = 10
/** AWS: a whole virtual processor comes with so many megabytes. */
const MEGABYTES_A_PROCESSOR = 1769
/** Assumed of a request to DynamoDB in the same region; they wait one after the other at worst. */
const SECONDS_A_REQUEST = 0.005

const CONSUMER = { megabytes: 1024, events: 1000 }
/** Events that the stream hands over at once: a second's, at 350 a second. */
const FOLLOWER = { megabytes: 1024, events: 350 }
/** An index of ids covers ten minutes of id time, and is made of the pages of forty. */
const INDEX = { minutes: 10, pagesOfMinutes: 40 }

/** AWS: what a consistent read unit brings. */
const READ_UNIT_BYTES = 4096

const EVENTS = 1e6

/** What charging a million events costs: queue, consumer, log. */
export function charging(needs: Needs): readonly Item[] {
  const { eventsAMessage, messageBytes, writeUnits, readUnits, storedBytes, consumer, requests } = needs
  const batches = EVENTS / eventsAMessage / MESSAGES_A_REQUEST
  const chunks = Math.max(1, Math.ceil((messageBytes * MESSAGES_A_REQUEST) / REQUEST_BYTES))
  const invocations = EVENTS / CONSUMER.events
  return [
    {
      what: 'queue: send and receive ten messages, each 64 KB a request; delete',
      amount: batches * (2 * chunks + 1),
      unit: 'requests',
      price: prices.queueRequest,
    },
    { what: 'log: written', amount: EVENTS * writeUnits, unit: 'write units', price: prices.writeUnit },
    { what: 'log: read', amount: EVENTS * readUnits, unit: 'read units', price: prices.readUnit },
    { what: 'log: stored for a month', amount: (EVENTS * storedBytes) / 1e9, unit: 'GB', price: prices.storedGigabyte },
    { what: 'price-usage: invocations', amount: invocations, unit: 'invocations', price: prices.invocation },
    {
      what: `price-usage: ${CONSUMER.megabytes} MB`,
      amount: gigabyteSeconds(CONSUMER.megabytes, EVENTS * consumer, EVENTS * requests),
      unit: 'GB s',
      price: prices.gigabyteSecond,
    },
  ]
}

/** What follows the log: snapshots, notices, archive. */
export function following({
  storedBytes,
  snapshotWriteUnits,
  snapshotReadUnits,
  following: microseconds,
}: Needs): readonly Item[] {
  const invocations = EVENTS / FOLLOWER.events
  return [
    {
      what: 'snapshots and cursor: written',
      amount: EVENTS * snapshotWriteUnits,
      unit: 'write units',
      price: prices.writeUnit,
    },
    { what: 'log and snapshots: read', amount: EVENTS * snapshotReadUnits, unit: 'read units', price: prices.readUnit },
    {
      what: 'log: read again for the indexes of ids',
      amount: (EVENTS * storedBytes * (INDEX.pagesOfMinutes / INDEX.minutes)) / READ_UNIT_BYTES,
      unit: 'read units',
      price: prices.readUnit,
    },
    {
      what: 'archive: an object for what is followed at once, and the indexes',
      amount: invocations + EVENTS / FOLLOWER.events / 60 / INDEX.minutes,
      unit: 'puts',
      price: prices.objectPut,
    },
    { what: 'project-log: invocations', amount: invocations, unit: 'invocations', price: prices.invocation },
    {
      what: `project-log: ${FOLLOWER.megabytes} MB`,
      amount: gigabyteSeconds(FOLLOWER.megabytes, EVENTS * microseconds, 0),
      unit: 'GB s',
      price: prices.gigabyteSecond,
    },
  ]
}

export const totalOf = (items: readonly Item[]): number =>
  items.reduce((sum, { amount, price }) => sum + amount * price, 0)

/** Billed time: the processor's, on the share of one that the memory brings, and the waiting for requests. */
function gigabyteSeconds(megabytes: number, microseconds: number, requests: number): number {
  const processor = microseconds / 1e6 / Math.min(1, megabytes / MEGABYTES_A_PROCESSOR)
  return (processor + requests * SECONDS_A_REQUEST) * (megabytes / 1024)
}
