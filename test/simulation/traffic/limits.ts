import type { Random } from '../../world/random.ts'
import type { TrafficOptions } from '../options.ts'
import { drawSettings, drawTiers, type GivenLimits, nextSettings } from './limit-settings.ts'
import { drawUsage, type Usage } from './rates.ts'

/** What becomes of something that is reserved. */
type Course = 'charged' | 'unreported' | 'released' | 'settled' | 'renewed' | 'late' | 'twice'

interface Wanted {
  readonly at: number
  readonly account: string
  readonly key: string
}

/** Somebody does something: reserved first, then used, then reported. */
export interface ActionRequest extends Wanted, Person {
  readonly kind: 'action'
  readonly usage: Usage
  readonly course: Course
  /** What is held, as a part of what it costs. */
  readonly factor: number
  readonly expiresInSeconds: number
  /** How long it takes. */
  readonly runsMs: number
  /** The event says another time than that of its end: by so much before it. */
  readonly olderMs: number
  /** Done all the same where it is refused. */
  readonly isDefiant: boolean
  /** Names another user than it was reserved for. */
  readonly other: string | undefined
}

export interface Person {
  readonly user: string
  readonly group: string | undefined
}

export interface CheckRequest extends Wanted, Person {
  readonly kind: 'check'
  readonly categories: readonly string[]
  readonly model: string | undefined
  readonly estimate: string | undefined
  readonly maxAgeMs: number
}

/** What admins do about limits. */
export type LimitRequest =
  | ({ readonly kind: 'settings'; readonly settings: GivenLimits } & Wanted)
  | ({ readonly kind: 'tier'; readonly tiers: readonly (readonly [user: string, tier: string | null])[] } & Wanted)
  | ({ readonly kind: 'upgrade'; readonly user: string; readonly category: string; readonly wish: object } & Wanted)
  | CheckRequest
  | ActionRequest

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const CATEGORIES = ['text', 'image', 'api', 'other']

/** @param actions how many things are reserved and done */
export function drawLimits(
  random: Random,
  traffic: TrafficOptions,
  start: number,
  accounts: readonly string[],
  actions: number,
): readonly LimitRequest[] {
  if (traffic.limits === 0) return []
  const requests: LimitRequest[] = []
  const wanted = (at: number, account: string): Wanted => ({ at, account, key: `limits-${requests.length}` })
  const during = (): number => start + random.unit() * traffic.minutes * MINUTE_MS
  for (const account of accounts) {
    let settings = drawSettings(random)
    requests.push({ ...wanted(start - 45 * MINUTE_MS, account), kind: 'settings', settings })
    requests.push({ ...wanted(start - 30 * MINUTE_MS, account), kind: 'tier', tiers: drawTiers(random, traffic.users) })
    const changes = Array.from({ length: random.below(traffic.limitChanges + 1) }, during).sort((a, b) => a - b)
    for (const at of changes) {
      const kind = random.pick(['settings', 'settings', 'tier', 'upgrade'] as const)
      if (kind === 'tier') requests.push({ ...wanted(at, account), kind, tiers: drawTiers(random, 2) })
      else if (kind === 'upgrade') requests.push({ ...wanted(at, account), kind, ...drawUpgrade(random, traffic) })
      else {
        settings = nextSettings(random, settings)
        requests.push({ ...wanted(at, account), kind, settings })
      }
    }
  }
  for (let upgrade = random.below(8); upgrade > 0; upgrade -= 1)
    requests.push({ ...wanted(during(), random.pick(accounts)), kind: 'upgrade', ...drawUpgrade(random, traffic) })
  // Many at once want the same room.
  let [at, left, spread] = [during(), 0, 0]
  for (let action = 0; action < actions; action += 1) {
    if (left === 0) {
      at = during()
      left = random.pick([1, 1, 2, 6])
      spread = random.pick([20, 2000])
    }
    left -= 1
    requests.push(drawAction(random, traffic, wanted(at + random.below(spread), random.pick(accounts))))
  }
  for (let check = 0; check < Math.ceil(actions / 2) + 5; check += 1)
    requests.push(drawCheck(random, traffic, wanted(during(), random.pick(accounts))))
  return requests.sort((a, b) => a.at - b.at)
}

/** Most users are always of the same group. */
export function drawPerson(random: Random, { users, groups }: Pick<TrafficOptions, 'users' | 'groups'>): Person {
  const user = random.below(users)
  if (random.chance(0.15))
    return { user: `u-${user}`, group: random.chance(0.5) ? undefined : `team-${random.below(groups)}` }
  return { user: `u-${user}`, group: `team-${user % groups}` }
}

const drawUpgrade = (random: Random, { users }: TrafficOptions) => ({
  user: `u-${random.below(users)}`,
  category: random.pick(CATEGORIES),
  wish: random.chance(0.5)
    ? { tier: random.pick(['high', 'very-high', 'unlimited']) }
    : { amount: { credits: '400.25' } },
})

function drawCheck(random: Random, traffic: TrafficOptions, wanted: Wanted): CheckRequest {
  const { service, category } = drawUsage(random, traffic.unlisted)
  return {
    ...wanted,
    kind: 'check',
    ...drawPerson(random, traffic),
    categories: random.chance(0.3) ? CATEGORIES : [random.chance(0.03) ? 'video' : category],
    model: random.pick([undefined, service, service, 'nobody/knows']),
    estimate: random.pick([undefined, undefined, '10', '250', '2000']),
    maxAgeMs: random.pick([0, 0, 0, 5000, 60_000]),
  }
}

const COURSES: readonly Course[] = [
  ...(['charged', 'charged', 'charged', 'charged', 'charged', 'charged', 'charged'] as const),
  ...(['unreported', 'released', 'settled', 'settled', 'renewed', 'late', 'twice'] as const),
]

function drawAction(random: Random, traffic: TrafficOptions, wanted: Wanted): ActionRequest {
  const course = random.pick(COURSES)
  return {
    ...wanted,
    kind: 'action',
    ...drawPerson(random, traffic),
    usage: drawUsage(random, traffic.unlisted),
    course,
    factor: random.pick([1, 1, 1, 1.2, 3, 0.5]),
    expiresInSeconds: random.pick(course === 'late' ? [1, 20, 300] : [60, 300, 900, 900]),
    runsMs: random.pick([100, 2000, 2000, 30_000, 200_000]),
    olderMs: random.pick([0, 0, 0, 0, 60_000, random.chance(traffic.late) ? random.unit() * 40 * DAY_MS : 0]),
    isDefiant: random.chance(traffic.unheld / 4),
    other: random.chance(traffic.unheld / 8) ? `u-${random.below(traffic.users)}` : undefined,
  }
}
