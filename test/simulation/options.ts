import { type Random, randomOf } from '../world/random.ts'
import { type FaultRates, faultKinds } from './engine/faults.ts'
import type { EventSourceOptions } from './services/event-source.ts'
import type { PaymentOptions } from './services/payments.ts'
import type { QueueOptions } from './services/queue.ts'
import type { StreamOptions } from './services/stream.ts'

export interface TrafficOptions {
  readonly accounts: number
  /** The first account's part of all events. */
  readonly hotShare: number
  /** Publishing takes so long. */
  readonly minutes: number
  readonly eventsAMessage: number
  readonly opaque: number
  /** Published long after their id was made, by up to so many minutes. */
  readonly late: number
  readonly latestMinutes: number
  /** The same event again. */
  readonly duplicated: number
  /** Same identity, other time, other payload, other account. */
  readonly conflicting: number
  readonly malformed: number
  readonly unpriced: number
  /** With a variant that may not be listed. */
  readonly unlisted: number
  readonly laterPriced: number
  readonly unknownAccount: number
  /** From a clock that is ahead, by seconds up to years. */
  readonly ahead: number
  /** An operator redrives or discards what is held, so many times. */
  readonly decisions: number
  /** How likely it is that the account which nobody knows is opened after all. */
  readonly opened: number
  readonly grants: number
  readonly cards: number
  /** For each account: re-ratings to some version, refunds of some charge. */
  readonly corrections: number
  /** Of all messages, sent once more after weeks. */
  readonly weeksLater: number
  /** How likely an account buys credits by itself. */
  readonly topUps: number
  /** 1: somebody watches over limits; who may spend is asked, and reserved. */
  readonly limits: number
  /** At most so many changes of limits in each account. */
  readonly limitChanges: number
  /** Of all events, the part that nobody asks for and nothing is held for. */
  readonly unheld: number
  readonly users: number
  readonly groups: number
  /** So often, once all has drained, the log comes back from a backup, and all is sent again. */
  readonly restores: number
}

export interface Options {
  readonly events: number
  /** When the traffic begins. */
  readonly begin: number
  /** Whether the product runs with small limits. */
  readonly isSmall: boolean
  readonly traffic: TrafficOptions
  readonly isFaulty: boolean
  readonly rates: FaultRates
  /** Everything fails, so many times, for up to so many minutes. */
  readonly outages: number
  readonly queue: QueueOptions
  readonly source: EventSourceOptions
  readonly stream: StreamOptions
  readonly payments: PaymentOptions
  /** In the storm top-up does not run for so long. */
  readonly topUpsClosedHours: number
  /** Nothing is consumed for the first so many minutes. */
  readonly backlogMinutes: number
  readonly functionSeconds: number
  readonly longestPauseMs: number
  readonly clockStops: number
  readonly idleDeath: number
  readonly skewMs: number
  readonly queryBytes: number
  readonly returnsItem: number
  readonly sweepMinutes: number
  readonly indexLagMs: number
}

/** What a profile fixes; everything else is drawn for each seed. */
export interface Profile {
  readonly about: string
  /** The part of seeds that run with the product's limits made small (product/small-limits.ts); default: half. */
  readonly smallLimits?: number
  /** When the traffic begins: one of these. */
  readonly begins?: readonly number[]
  readonly traffic?: Partial<TrafficOptions>
  readonly rates?: Partial<FaultRates>
  readonly rest?: Partial<Omit<Options, 'traffic' | 'rates' | 'events'>>
}

const MINUTE_MS = 60_000

/** Each fault of the network, at its most. */
const WORST: FaultRates = {
  'lost-request': 0.25,
  'lost-response': 0.25,
  'late-execution': 0.1,
  throttle: 0.3,
  'server-error': 0.2,
  'server-error-done': 0.1,
  delay: 0.2,
  'crash-before': 0.03,
  'crash-after': 0.03,
  'pause-before': 0.02,
  'pause-after': 0.02,
}

const FAULT_OFF = 0.4
const SEED_WITHOUT_FAULTS = 0.2

/** Small values as likely as large ones, and often none at all: fixed small rates never exhaust a retry. */
const rate = (random: Random, worst: number): number => {
  const drawn = random.unit() ** 2 * worst
  return random.chance(FAULT_OFF) ? 0 : drawn
}

/** How payments go; what is lost or late is a fault, what is declined is not. */
const drawPayments = (random: Random, isFaulty: boolean): PaymentOptions => ({
  declined: random.chance(0.2) ? 0.9 : rate(random, 0.6),
  hard: random.pick([0, 0.3, 1]),
  needsAction: rate(random, 0.3),
  processing: rate(random, 0.6),
  takenBack: rate(random, 0.5),
  lostHints: isFaulty ? rate(random, 0.7) : 0,
  repeatedHints: isFaulty ? rate(random, 0.7) : 0,
  hintLagMs: random.pick([500, 60_000, 20 * MINUTE_MS]),
  leftPages: random.pick([0, 0.3, 1]),
})

/** A Monday at eleven in Berlin. */
const USUAL_BEGIN = Date.UTC(2026, 10, 23, 10)

/** Limits are of few users, so that each of them comes to some. */
const drawPeople = (random: Random, limits: number) => ({
  limits,
  limitChanges: random.pick([0, 0, 3, 8]),
  unheld: limits === 0 ? 1 : random.pick([0, 0, 0.4, 0.8]),
  users: limits === 0 ? 12 : 3 + random.below(6),
  groups: limits === 0 ? 4 : 1 + random.below(3),
})

export function drawOptions(seed: number, events: number, profile: Profile): Options {
  const random = randomOf(seed, 'options')
  const isFaulty = !random.chance(SEED_WITHOUT_FAULTS)
  const fault = (worst: number): number => (isFaulty ? 1 : 0) * rate(random, worst)
  const rates = Object.fromEntries(faultKinds.map((kind) => [kind, fault(WORST[kind])])) as unknown as FaultRates
  const functionSeconds = random.pick([10, 20, 60])
  const visibilityMs = functionSeconds * 6000
  const traffic: TrafficOptions = {
    accounts: 1 + random.below(5),
    hotShare: random.pick([0, 0.5, 0.9]),
    minutes: random.pick([1, 10, 60, 150]),
    eventsAMessage: random.pick([1, 4, 20, 60]),
    opaque: random.pick([0, 0.1, 0.5]),
    late: rate(random, 0.5),
    latestMinutes: random.pick([40, 120, 6000]),
    duplicated: random.pick([0, 0.2, 0.6]),
    conflicting: rate(random, 0.3),
    malformed: rate(random, 0.1),
    unpriced: rate(random, 0.2),
    unlisted: 0.3,
    laterPriced: rate(random, 0.2),
    unknownAccount: rate(random, 0.1),
    ahead: rate(random, 0.1),
    decisions: randomOf(seed, 'decisions').pick([0, 0, 2, 6]),
    opened: 0.5,
    grants: random.below(8),
    cards: random.below(4),
    corrections: randomOf(seed, 'corrections').pick([0, 0, 2, 5]),
    weeksLater: random.chance(0.4) ? random.between(0.1, 0.6) : 0,
    restores: randomOf(seed, 'restores').pick([0, 0, 0, 0, 0, 0, 1, 2]),
    topUps: randomOf(seed, 'top-ups').pick([0, 0, 0, 0.5, 1]),
    ...drawPeople(randomOf(seed, 'people'), profile.traffic?.limits ?? 0),
    ...profile.traffic,
  }
  return {
    events,
    begin: randomOf(seed, 'begin').pick(profile.begins ?? [USUAL_BEGIN]),
    isSmall: randomOf(seed, 'limits').chance(profile.smallLimits ?? 0.5),
    traffic,
    isFaulty,
    rates: isFaulty ? { ...rates, ...profile.rates } : rates,
    outages: isFaulty && random.chance(0.3) ? 1 + random.below(3) : 0,
    queue: {
      visibilityMs,
      maxReceives: isFaulty ? random.pick([8, 20, 20]) : 20,
      disorder: random.pick([1, 50, 1000]),
      twice: fault(0.2),
      lostDeletion: fault(0.2),
      undead: fault(0.2),
    },
    source: {
      batchSize: random.pick([1, 10, 100, 1000]),
      concurrency: random.pick([1, 2, 5, 5]),
      windowMs: random.pick([50, 1000]),
    },
    stream: {
      lagMs: isFaulty ? random.pick([500, 30_000, 600_000]) : 500,
      dropped: fault(0.6),
      repeated: fault(0.4),
      disorder: isFaulty ? random.pick([0, 20]) : 0,
    },
    topUpsClosedHours: traffic.topUps > 0 && randomOf(seed, 'closed').chance(0.12) ? 26 : 0,
    payments: drawPayments(randomOf(seed, 'payments'), isFaulty),
    backlogMinutes: random.chance(0.15) ? random.between(5, 90) : 0,
    functionSeconds,
    longestPauseMs: random.pick([5000, visibilityMs * 0.5, visibilityMs * 3]),
    clockStops: random.pick([0, 0.5, 1]),
    idleDeath: rate(random, 0.5),
    skewMs: random.pick([0, 1, 4]) * MINUTE_MS,
    queryBytes: random.pick([1024 * 1024, 20_000, 2000]),
    returnsItem: random.pick([1, 1, 0, 0.5]),
    sweepMinutes: random.pick([1, 3, 10]),
    indexLagMs: random.pick([0, 60_000]),
    ...profile.rest,
  }
}
