import type { Profile } from './options.ts'

const CALM = { isFaulty: false }

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
  restored: { about: 'every history has restores, with small limits', smallLimits: 1, traffic: { restores: 2 } },
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
      weeksLater: 0,
      restores: 0,
      eventsAMessage: 4,
      duplicated: 0,
      unpriced: 0,
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
