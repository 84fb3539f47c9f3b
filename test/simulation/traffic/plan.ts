import { type Random, randomOf } from '../../world/random.ts'
import type { Options, TrafficOptions } from '../options.ts'
import { boundId } from '../oracle/bound-id.ts'
import { damaged } from './damage.ts'
import { type DecisionRequest, drawDecisions } from './decisions.ts'
import { drawLimits, drawPerson, type LimitRequest } from './limits.ts'
import { drawLaterQuantities, drawPrice, drawUsage, LATER_SERVICE, UNPRICED_SERVICE } from './rates.ts'
import { drawTopUps, type TopUpRequest } from './top-ups.ts'
import { type Element, textOf, type Variant } from './variant.ts'

/** A message that a publisher sends. */
export interface Sending {
  readonly at: number
  readonly elements: readonly Element[]
}

export interface GrantRequest {
  readonly at: number
  readonly account: string
  readonly key: string
  readonly credits: string
  /** Another grant with this account and key was asked for. */
  readonly isReuse: boolean
}

export interface CardRequest {
  readonly at: number
  readonly kind: 'price' | 'add'
  readonly price: string
}

export interface CorrectionRequest {
  readonly at: number
  readonly account: string
  readonly key: string
  readonly kind: 'rerate' | 'refund'
  /** Which of the versions or charges that there are by then: from 0 to below 1. */
  readonly which: number
  /** A part of the charge is refunded; a re-rating is tried alone. */
  readonly isPart: boolean
}

/** All that reaches the product from outside, in the order of its times. */
export interface Plan {
  readonly accounts: readonly string[]
  readonly levels: ReadonlyMap<string, readonly string[]>
  readonly sendings: readonly Sending[]
  /** After everything has drained. */
  readonly weeksLater: readonly Sending[]
  readonly grants: readonly GrantRequest[]
  readonly cards: readonly CardRequest[]
  readonly corrections: readonly CorrectionRequest[]
  readonly topUps: readonly TopUpRequest[]
  readonly decisions: readonly DecisionRequest[]
  /** When the account that nobody knows is opened; `undefined`: never. */
  readonly openedAt: number | undefined
  readonly limits: readonly LimitRequest[]
}

/** No plan has it among its accounts. */
export const UNKNOWN_ACCOUNT = 'nobody-here'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

interface Sent {
  readonly at: number
  readonly element: Element
}

export function planOf(seed: number, start: number, { events, traffic, skewMs }: Options): Plan {
  const random = randomOf(seed, 'traffic')
  const accounts = Array.from({ length: traffic.accounts }, (_, place) => `acme${'-x'.repeat(place)}`)
  const publishers = Array.from({ length: 4 }, (_, place) => ({
    source: `/chat/${place}`,
    skew: random.between(-1, 1) * skewMs,
  }))
  const sent: Sent[] = []
  let serial = 0

  // The others are things that somebody asks for first, and reserves.
  const unasked = Math.round(events * traffic.unheld)
  for (let event = 0; event < unasked; event += 1) {
    const publisher = random.pick(publishers)
    const at = start + random.unit() * traffic.minutes * MINUTE_MS
    const variant = drawVariant(random, traffic, { ...publisher, at, accounts, serial: serial++ })
    const send = (one: Variant, time: number) =>
      sent.push({ at: Math.max(start, time), element: { text: textOf(one, random.unit()), variant: one } })
    send(variant, at)
    if (random.chance(traffic.duplicated)) {
      for (let copies = 1 + random.below(3); copies > 0; copies -= 1) send(variant, at + gap(random))
    }
    if (random.chance(traffic.conflicting)) {
      const other = conflictOf(random, variant, accounts, serial++)
      const isRefused = variant.boundAt !== undefined && other.account !== variant.account
      const time = at + gap(random) * (random.chance(0.3) ? -1 : 1)
      if (isRefused) sent.push({ at: time, element: { text: textOf(other, 0), variant: undefined } })
      else send(other, time)
    }
    if (random.chance(traffic.malformed))
      sent.push({ at, element: { text: damaged(random, variant), variant: undefined } })
  }
  const inOrder = sent.sort((a, b) => a.at - b.at)
  const weeksLater = start + random.between(8, 25) * DAY_MS
  const again = inOrder
    .filter(() => random.chance(traffic.weeksLater))
    .map(({ element }) => ({ at: weeksLater + random.unit() * 60 * MINUTE_MS, element }))
    .sort((a, b) => a.at - b.at)
  return {
    accounts,
    levels: new Map(accounts.map((account) => [account, drawLevels(random)])),
    sendings: inMessages(random, inOrder, traffic.eventsAMessage),
    weeksLater: inMessages(random, again, traffic.eventsAMessage),
    grants: drawGrants(random, traffic, start, accounts),
    corrections: drawCorrections(randomOf(seed, 'corrections of accounts'), traffic, start, accounts),
    decisions: drawDecisions(randomOf(seed, 'decisions of operators'), traffic, start, accounts),
    openedAt: randomOf(seed, 'opened').chance(traffic.decisions > 0 ? traffic.opened : 0)
      ? start + randomOf(seed, 'opened at').unit() * traffic.minutes * MINUTE_MS
      : undefined,
    topUps: drawTopUps(randomOf(seed, 'top-ups of accounts'), traffic, start, accounts),
    limits: drawLimits(randomOf(seed, 'limits of accounts'), traffic, start, accounts, events - unasked),
    cards: Array.from(
      { length: traffic.cards },
      (): CardRequest => ({
        at: start + random.unit() * traffic.minutes * MINUTE_MS,
        kind: random.pick(['price', 'add']),
        price: drawPrice(random),
      }),
    ),
  }
}

interface Origin {
  readonly source: string
  readonly skew: number
  readonly at: number
  readonly accounts: readonly string[]
  readonly serial: number
}

function drawVariant(random: Random, traffic: TrafficOptions, { source, skew, at, accounts, serial }: Origin): Variant {
  const known = random.chance(traffic.hotShare) ? accounts[0]! : random.pick(accounts)
  const account = random.chance(traffic.unknownAccount) ? UNKNOWN_ACCOUNT : known
  const lateness = random.chance(traffic.late)
    ? random.unit() * traffic.latestMinutes * MINUTE_MS
    : random.unit() * 2000
  const isAhead = random.chance(traffic.ahead)
  const ahead = isAhead ? drawAhead(random) : 0
  const used = Math.floor(at + skew - lateness)
  const time = used + ahead
  // Some clocks make the id too, others only the event's time.
  const made = random.chance(0.5) ? time : used
  const isOpaque = random.chance(traffic.opaque)
  const usage = drawUsage(random, traffic.unlisted)
  const service = random.chance(traffic.unpriced)
    ? UNPRICED_SERVICE
    : random.chance(traffic.laterPriced)
      ? LATER_SERVICE
      : undefined
  return {
    serial,
    source,
    id: isOpaque
      ? `job-${serial}-${random.hex(6)}`
      : boundId(source, account, made, random.pick('0123'.split('')) + random.hex(12)),
    boundAt: isOpaque ? undefined : made,
    account,
    time: random.chance(0.2) && !isAhead ? time - random.below(600_000) : time,
    ...(traffic.limits > 0
      ? drawPerson(random, traffic)
      : {
          user: `u-${random.below(traffic.users)}`,
          group: random.chance(0.5) ? `team-${random.below(traffic.groups)}` : undefined,
        }),
    reservation: random.chance(0.1) ? `r-${random.below(1000)}` : undefined,
    ...usage,
    ...(service !== undefined && {
      service,
      variant: undefined,
      quantities: service === LATER_SERVICE ? drawLaterQuantities(random) : { pages: String(random.below(50)) },
    }),
  }
}

/** Around the tolerance, minutes, hours, around 48 hours, years. */
function drawAhead(random: Random): number {
  const [low, high] = random.pick([
    [4, 6],
    [5, 60],
    [60, 20 * 60],
    [47 * 60, 49 * 60],
    [3 * 24 * 60, 900 * 24 * 60],
  ] as const)
  return Math.floor(random.between(low, high) * MINUTE_MS)
}

/** The same identity, and something else about it. */
function conflictOf(random: Random, variant: Variant, accounts: readonly string[], serial: number): Variant {
  switch (random.below(4)) {
    case 0:
      return { ...variant, serial, time: variant.time - 1 - random.below(90 * MINUTE_MS) }
    case 1:
      return { ...variant, serial, user: `${variant.user}-else` }
    case 2:
      return {
        ...variant,
        serial,
        account: accounts[(accounts.indexOf(variant.account) + 1) % accounts.length]!,
        ...(accounts.length === 1 && { group: 'else' }),
      }
    default: {
      const [[meter, quantity] = ['', '']] = Object.entries(variant.quantities)
      return {
        ...variant,
        serial,
        quantities: { ...variant.quantities, [meter]: quantity.includes('.') ? '7' : `${Number(quantity) + 1}` },
      }
    }
  }
}

/** At once, soon, around the window of 30 minutes, or hours later. */
function gap(random: Random): number {
  const scale = random.pick([0, 1000, 60_000, 25 * MINUTE_MS, 70 * MINUTE_MS, 6 * 60 * MINUTE_MS])
  return random.unit() * scale
}

const drawLevels = (random: Random): readonly string[] =>
  random.pick([[], ['1000'], ['5000', '1000', '100.5'], ['0'], ['99999', '20000', '10000', '4000', '0.5']])

function drawGrants(random: Random, { grants, minutes }: TrafficOptions, start: number, accounts: readonly string[]) {
  const requests: GrantRequest[] = []
  for (const account of accounts) {
    for (let grant = 0; grant < grants; grant += 1) {
      const at = start + random.unit() * minutes * MINUTE_MS * (grant === 0 ? 0 : 1)
      const key = `grant-${account}-${grant}`
      const credits = `${1 + random.below(20_000)}.${1 + random.below(999)}`.replace(/0+$/, '')
      requests.push({ at, account, key, credits, isReuse: false })
      if (random.chance(0.2)) requests.push({ at: at + gap(random), account, key, credits, isReuse: false })
      if (random.chance(0.2)) requests.push({ at: at + gap(random), account, key, credits: '77', isReuse: true })
    }
  }
  return requests.sort((a, b) => a.at - b.at)
}

/** So many charges are refunded while others are re-rated. */
const REFUNDS_MEANWHILE = 12
const MEANWHILE_MS = 2000

function drawCorrections(
  random: Random,
  { corrections, minutes }: TrafficOptions,
  start: number,
  accounts: readonly string[],
): readonly CorrectionRequest[] {
  return accounts.flatMap((account) =>
    Array.from({ length: corrections }, (_, place): readonly CorrectionRequest[] => {
      const at = start + random.unit() * (minutes + 5) * MINUTE_MS
      const drawn = (kind: CorrectionRequest['kind'], number: number, delay: number): CorrectionRequest => {
        const key = `correction-${place}-${number}`
        return { at: at + delay, account, key, kind, which: random.unit(), isPart: random.chance(0.3) }
      }
      const others = random.pick([0, 0, 1, REFUNDS_MEANWHILE])
      const refunds = Array.from({ length: others }, (_, n) => drawn('refund', n + 1, random.unit() * MEANWHILE_MS))
      return [drawn(random.pick(['rerate', 'rerate', 'refund'] as const), 0, 0), ...refunds]
    }).flat(),
  )
}

function inMessages(random: Random, sent: readonly Sent[], atMost: number): readonly Sending[] {
  const sendings: Sending[] = []
  for (let next = 0; next < sent.length; ) {
    const size = 1 + random.below(atMost)
    const part = sent.slice(next, next + size)
    sendings.push({ at: part.at(-1)!.at, elements: part.map(({ element }) => element) })
    next += size
  }
  return sendings
}
