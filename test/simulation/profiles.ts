import type { Profile } from './options.ts'

const CALM = { isFaulty: false }

/** Half an hour before: a day in a month, a Sunday's end, the end of a month and of a year, days of 25 and 23 hours and those before. */
const berlinMidnights = [
  ...[Date.UTC(2026, 10, 23, 10), Date.UTC(2026, 10, 24, 22, 30), Date.UTC(2026, 10, 29, 22, 30)],
  ...[Date.UTC(2026, 10, 30, 22, 30), Date.UTC(2026, 11, 31, 22, 30), Date.UTC(2026, 9, 24, 21, 30)],
  ...[Date.UTC(2026, 9, 25, 22, 30), Date.UTC(2027, 2, 27, 22, 30), Date.UTC(2027, 2, 28, 21, 30)],
]

const nearLimits = {
  smallLimits: 0.5,
  begins: berlinMidnights,
  traffic: { limits: 1, topUps: 0, restores: 0, accounts: 1, grants: 5, minutes: 70, cards: 2, corrections: 3 },
}

/** What can be run. Whatever a profile does not fix is drawn for each seed. */
export const profiles = {
  ci: { about: 'everything, half of the seeds with small limits' },
  long: { about: 'the same for a night: 10^6 events', smallLimits: 0.3 },
  small: { about: 'small limits always: short histories reach what long ones do', smallLimits: 1 },
  plain: { about: 'the limits of the product', smallLimits: 0 },
  'top-ups': {
    about: 'every account buys credits by itself, or tries to',
    smallLimits: 0.5,
    traffic: { topUps: 1, restores: 0 },
  },
  'restored-top-ups': {
    about: 'the same, and every history has restores, after which accounts go on buying',
    smallLimits: 0.5,
    traffic: { topUps: 1, restores: 1, accounts: 2, cards: 1, corrections: 0 },
  },
  limits: {
    about: 'users come to limits: checks, reservations, changes of limits, around midnights and month ends',
    ...nearLimits,
  },
  'restored-limits': {
    about: 'the same, and every history has restores, after which users go on',
    ...nearLimits,
    traffic: { ...nearLimits.traffic, restores: 1 },
  },
  restored: { about: 'every history has restores, with small limits', smallLimits: 1, traffic: { restores: 2 } },
  redrives: {
    about: 'clocks that are ahead, accounts that are opened late; operators redrive and discard what is held',
    smallLimits: 0.5,
    traffic: { decisions: 12, ahead: 0.15, unknownAccount: 0.15, conflicting: 0.2, malformed: 0.1, laterPriced: 0.2 },
  },
  calm: { about: 'no faults: what goes wrong here is no race', rest: CALM },
  backlog: {
    about: 'nothing is consumed for 70 minutes, then all of it by five consumers in rough order; none may turn late',
    smallLimits: 0,
    traffic: {
      accounts: 1,
      minutes: 70,
      late: 0,
      opaque: 0,
      conflicting: 0,
      ahead: 0,
      decisions: 0,
      weeksLater: 0,
      restores: 0,
      eventsAMessage: 4,
      duplicated: 0,
      unpriced: 0,
      unlisted: 0,
      laterPriced: 0,
    },
    rest: {
      ...CALM,
      backlogMinutes: 70,
      functionSeconds: 60,
      skewMs: 0,
      queue: { visibilityMs: 360_000, maxReceives: 20, disorder: 10, twice: 0, lostDeletion: 0, undead: 0 },
      source: { batchSize: 50, concurrency: 5, windowMs: 1000 },
    },
  },
} as const satisfies Readonly<Record<string, Profile>>

export type ProfileName = keyof typeof profiles
