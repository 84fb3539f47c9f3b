import { exact } from '../../../shared/money/exact.ts'
import type { Instant } from '../../../shared/time/instant.ts'
import { accountBoundId } from '../../../shared/usage/account-bound-id.ts'
import type { Category } from '../../../shared/usage/meters.ts'
import type { UsageEvent } from '../../../shared/usage/usage-event.ts'
import { type Random, randomOf } from '../../world/random.ts'
import { chatServices, imageService } from './rates.ts'

/** An account's usage, without end, the same for the same seed. */
export interface Traffic {
  /** The next events, in order of time, of at most so many users. */
  readonly next: (events: number, users: number) => readonly UsageEvent[]
  /** When the last one happened. */
  readonly now: () => Instant
}

export interface TrafficOptions {
  readonly account: string
  readonly ids: 'bound' | 'opaque'
  readonly eventsASecond: number
  readonly users: number
  readonly seed: number
  readonly begin?: Instant
  readonly usersAGroup?: number | undefined
}

const BEGIN = Date.UTC(2026, 10, 23, 10)
const SOURCES = ['/chat/eu', '/chat/eu', '/chat/eu', '/agents/eu'] as const
const USERS_A_GROUP = 40

/** A platform with many users: mostly chats, some with tools, a few images; arrivals as a Poisson process. */
export function trafficOf({
  account,
  ids,
  eventsASecond,
  users,
  seed,
  begin = BEGIN,
  usersAGroup = USERS_A_GROUP,
}: TrafficOptions): Traffic {
  const random = randomOf(seed)
  let time = begin

  const event = (user: number): UsageEvent => {
    time += -Math.log(1 - random.unit()) * (1000 / eventsASecond)
    const at = Math.floor(time)
    const source = SOURCES[random.below(SOURCES.length)] ?? '/chat/eu'
    const id = ids === 'bound' ? accountBoundId(source, account, at, random.bits(50)) : opaqueId(random)
    return {
      account,
      source,
      id,
      time: at,
      boundAt: ids === 'bound' ? at : undefined,
      user: `u-${user}`,
      group: `team-${Math.floor(user / usersAGroup)}`,
      reservation: undefined,
      variant: '',
      ...usage(random),
    }
  }

  return {
    next: (events, active) => {
      const present = Array.from({ length: active }, () => random.below(users))
      return Array.from({ length: events }, () => event(present[random.below(active)] ?? 0))
    },
    now: () => Math.floor(time),
  }
}

function usage(random: Random): Pick<UsageEvent, 'category' | 'service' | 'quantities'> {
  const category: Category = random.unit() < 0.03 ? 'image' : 'text'
  if (category === 'image') {
    return { category, service: imageService, quantities: new Map([['images', exact(String(1 + random.below(4)))]]) }
  }
  const service = chatServices[random.below(chatServices.length)] ?? ''
  const tools = random.unit() < 0.2 ? 1 + random.below(3) : 0
  return {
    category,
    service,
    quantities: new Map([
      ['input_tokens', exact(String(1 + random.logNormal(900, 1.2)))],
      ['output_tokens', exact(String(1 + random.logNormal(350, 0.9)))],
      ...(tools > 0 ? [['tool_calls', exact(String(tools))] as const] : []),
    ]),
  }
}

/** A random UUID, as most platforms make them. */
function opaqueId(random: Random): string {
  const hex = random.bits(128).toString(16).padStart(32, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}
