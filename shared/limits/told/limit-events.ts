import { sha256, toBase64Url } from '../../digest/sha256.ts'
import { type DomainEvent, domainEvent } from '../../events/domain-event.ts'
import type { LimitSettings } from '../../ledger/entries/limit-settings.ts'
import type { TopUpPlace } from '../../ledger/tally/top-up-state.ts'
import { type AmountText, amountText, type Credits } from '../../money/amounts.ts'
import type { Instant } from '../../time/instant.ts'
import type { Limit } from '../decide/limits-on.ts'
import { hasReached } from '../decide/limits-on.ts'

/** The published events of limits. */
export const limitEventKinds = ['warning', 'reached', 'cleared'] as const
type LimitEventKind = (typeof limitEventKinds)[number]

export interface LimitEventData {
  readonly account: string
  /** Whose spend it counts; neither: the account's. */
  readonly user?: string | undefined
  readonly group?: string | undefined
  /** The limit: the tier or the ceiling, by its id, and its name. */
  readonly limit: { readonly kind: 'tier' | 'ceiling'; readonly id: string; readonly name: string }
  readonly category?: string | undefined
  readonly service?: string | undefined
  /** In percent. */
  readonly level?: number | undefined
  readonly amount: AmountText
  readonly spent: AmountText
  readonly window: { readonly key: string; readonly from: string; readonly to: string }
  /** Who gets an e-mail of it, as the account has set. */
  readonly tells: LimitSettings['tells']
}

export type LimitEvent = DomainEvent & { readonly data: LimitEventData }

/** The page that a crossing comes from. */
export interface CrossedBy {
  readonly account: string
  /** Its number, and its epoch where the log was restored: other pages have the same numbers there. */
  readonly place: TopUpPlace
  readonly at: Instant
  readonly settings: Pick<LimitSettings, 'tiers' | 'ceilings' | 'tells'>
  /** The settings before the page: a removed limit has its name there. */
  readonly former: Pick<LimitSettings, 'tiers' | 'ceilings'>
}

/**
 * A crossing as others get to see it.
 *
 * A repeated event has the same id, made of the page that caused it. A level is reached again only after room came
 * again, by a limit that was raised or a re-rating.
 */
export function limitEvent(crossing: LimitCrossing, { account, place, at, settings, former }: CrossedBy): LimitEvent {
  const { limit, spent } = crossing
  const isCleared = crossing.kind === 'cleared'
  const what = toBase64Url(sha256(standingKey(limit)), ID_BYTES)
  const which = isCleared ? 'cleared' : crossing.level
  const kind: LimitEventKind = isCleared ? 'cleared' : crossing.level === WHOLE ? 'reached' : 'warning'
  const { source, scope, selector, window } = limit
  return domainEvent<LimitEventData>(`groschen.limit.${kind}`, {
    id: `${account}#limit#${what}#${place}#${which}`,
    subject: account,
    at,
    data: {
      account,
      user: scope.of === 'user' ? scope.user : undefined,
      group: scope.of === 'group' ? scope.group : undefined,
      limit:
        source.kind === 'tier'
          ? named(source, [...settings.tiers, ...former.tiers])
          : named(source, [...settings.ceilings, ...former.ceilings]),
      category: selector.category,
      service: selector.service,
      level: isCleared ? undefined : crossing.level,
      amount: amountText(limit.limit),
      spent: amountText(spent),
      window,
      tells: settings.tells,
    },
  })
}

const ID_BYTES = 16

const named = (
  { kind, id }: Limit['source'],
  all: readonly { readonly id: string; readonly name: string }[],
): LimitEventData['limit'] => ({ kind, id, name: all.find((one) => one.id === id)?.name ?? id })

/** A limit of a user, group or account in a window, and what was spent of it. */
export interface LimitStanding {
  readonly limit: Limit
  readonly spent: Credits
}

/** A page's effect on a limit: a level was reached, or a fully used limit has room again. */
export type LimitCrossing =
  | ({ readonly kind: 'reached' /** In percent. */; readonly level: number } & LimitStanding)
  | ({ readonly kind: 'cleared' } & LimitStanding)

/** Names a limit of a user, group or account in a window, without its amount. */
export const standingKey = ({ key, scope, window }: Limit): string => JSON.stringify([key, scope, window.key])

/** Standings before and after a page, by `standingKey`. */
export type Standings = ReadonlyMap<string, LimitStanding>

const WHOLE = 100

/**
 * The events of a page: compares spend and limits before and after it, for every cause (a
 * charge, a late one, a re-rating, a limit that was lowered or raised, another tier).
 *
 * Where one page passes several levels, the highest makes the event. A new limit counts from zero.
 *
 * @param levels in percent, before and after
 */
export function limitCrossings(
  before: Standings,
  after: Standings,
  levels: { readonly before: readonly number[]; readonly after: readonly number[] },
): readonly LimitCrossing[] {
  const crossings: LimitCrossing[] = []
  for (const [key, standing] of after) {
    const was = before.get(key)
    const reached = levels.after.filter((level) => isAt(standing, level))
    const highest = reached.at(-1)
    const isTold = highest !== undefined && was !== undefined && levels.before.includes(highest) && isAt(was, highest)
    if (highest !== undefined && !isTold) crossings.push({ kind: 'reached', level: highest, ...standing })
    if (was !== undefined && wasWhole(was, levels.before) && !isAt(standing, WHOLE))
      crossings.push({ kind: 'cleared', ...standing })
  }
  for (const [key, standing] of before)
    if (!after.has(key) && wasWhole(standing, levels.before)) crossings.push({ kind: 'cleared', ...standing })
  return crossings
}

const isAt = ({ limit, spent }: LimitStanding, level: number): boolean => hasReached(spent, limit.limit, level)

const wasWhole = (standing: LimitStanding, levels: readonly number[]): boolean =>
  levels.includes(WHOLE) && isAt(standing, WHOLE)
