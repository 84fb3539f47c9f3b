import { setTimeout as wait } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { randomOf } from '../../world/random.ts'
import { type Between, madeUp, onWire } from './on-wire.ts'

/** What can befall one attempt of a request. */
export type Fault =
  /** It never arrives. */
  | 'request-lost'
  /** It is carried out, and nobody hears of it. */
  | 'response-lost'
  | 'throttled'
  /** The service says 500; nothing was done. */
  | 'failed'
  | 'delayed'

/** What befalls the n-th attempt of a client, from 0; `undefined`: nothing. */
export type FaultPlan = (command: string, ordinal: number) => Fault | undefined

const LONGEST_DELAY_MS = 30

/** Lets faults befall a client's attempts, below the SDK's retries. Says how many did. */
export function withFaults(client: Pick<DynamoDBClient, 'config'>, plan: FaultPlan): () => number {
  let [attempts, faults] = [0, 0]
  const between: Between = async ({ command }, send) => {
    const ordinal = attempts
    attempts += 1
    const fault = plan(command, ordinal)
    if (fault !== undefined) faults += 1
    switch (fault) {
      case 'request-lost':
        throw connectionLost()
      case 'response-lost':
        await (await send()).text()
        throw connectionLost()
      case 'throttled':
        return madeUp(400, 'ProvisionedThroughputExceededException', 'a throttle that a test made up')
      case 'failed':
        return madeUp(500, 'InternalServerError', 'a failure that a test made up')
      case 'delayed':
        await wait(((ordinal * 7) % LONGEST_DELAY_MS) + 1)
        return await send()
      default:
        return await send()
    }
  }
  onWire(client, between)
  return () => faults
}

/** As Node says it when the other side hangs up. */
const connectionLost = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

const FAULTS = ['request-lost', 'response-lost', 'throttled', 'failed', 'delayed'] as const

/** Each kind befalls about every seventh attempt at most: the SDK's three tries mostly come through, and sometimes don't. */
const WORST_RATE = 0.15
const OFF = 0.4

/**
 * Faults drawn from a seed: for each kind whether it happens at all in this run, and how often.
 *
 * Fixed small rates never get to what happens when all retries are used up; drawn ones do.
 */
export function seededFaults(seed: number, stream: number): FaultPlan {
  const swarm = randomOf(seed)
  const rates = FAULTS.map((fault) => [fault, swarm.unit() < OFF ? 0 : swarm.unit() * WORST_RATE] as const)
  const random = randomOf(seed * 1000 + stream)
  return () => {
    let left = random.unit()
    return rates.find(([, rate]) => {
      left -= rate
      return left < 0
    })?.[0]
  }
}

/** One fault for the first attempts of one command. */
export function firstAttempts(command: string, fault: Fault, count: number): FaultPlan {
  let seen = 0
  return (attempted) => {
    if (attempted !== command || seen >= count) return undefined
    seen += 1
    return fault
  }
}
