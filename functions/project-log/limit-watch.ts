import type { Entry } from '../../shared/ledger/entries/entries.ts'
import { epochOf, type Page } from '../../shared/ledger/page/page.ts'
import { topUpPlace } from '../../shared/ledger/tally/top-up-state.ts'
import { limitsOf, tierNamed, type WindowFinder } from '../../shared/limits/decide/limits-on.ts'
import type { AccountFold } from '../../shared/limits/io/account-fold.ts'
import { isUnlimited } from '../../shared/limits/settings/limits-state.ts'
import {
  type LimitEvent,
  type LimitStanding,
  limitCrossings,
  limitEvent,
  type Standings,
  standingKey,
} from '../../shared/limits/told/limit-events.ts'
import { counts, monthsOf, type Use } from '../../shared/spend/selector.ts'
import { windowOf } from '../../shared/time/window.ts'

/**
 * Finds the limit events of pages, from the page of a fold on.
 *
 * Notices depend on the log alone. A part of the snapshot at a later page was written by a process that had published the notices of
 * every page up to there: for these pages it finds no event again.
 */
export class LimitWatch {
  /** The fold that takes in the next page. */
  readonly fold: AccountFold
  readonly #windowAt = rememberedWindows()

  constructor(fold: AccountFold) {
    this.fold = fold
  }

  /** Takes a page in. @returns its events of limits whose window had not ended when the page was written */
  async take(page: Page): Promise<readonly LimitEvent[]> {
    const { fold } = this
    const { account, seq, writtenAt: at } = page.header
    const wasUnlimited = isUnlimited(fold.limits())
    const today = fold.dayOf(at)
    const touched = await touchedBy(page, fold, wasUnlimited, today, this.#windowAt)
    const before = wasUnlimited ? new Map() : await this.#standingsOf(touched, today)
    const former = fold.limits().settings
    const wasTold = fold.furthest() >= seq
    fold.take(page)
    const { settings } = fold.limits()
    if (wasUnlimited && isUnlimited(fold.limits())) return []
    const after = await this.#standingsOf(touched, today)
    if (wasTold || fold.furthest() > seq) return []
    return limitCrossings(before, after, { before: former.levels, after: settings.levels }).map((crossing) =>
      limitEvent(crossing, { account, place: topUpPlace(seq, epochOf(page.header)), at, settings, former }),
    )
  }

  async #standingsOf(touched: readonly Touched[], today: string): Promise<Standings> {
    const { fold } = this
    const users = touched.map(({ user }) => user)
    await fold.load([], users)
    const state = fold.limits()
    const limits = touched.flatMap(({ user, group, day, use }) => {
      const tier = tierNamed(state.settings, fold.assignedTier(user))
      const all = limitsOf(state, { user, group, tier, day }, this.#windowAt)
      return use === undefined ? all : all.filter(({ selector }) => counts(selector, use))
    })
    const running = new Map(
      limits.filter(({ window }) => today < window.to).map((limit) => [standingKey(limit), limit] as const),
    )
    const places = [...running.values()].flatMap(({ scope, window }) =>
      monthsOf(window).map((month) => ({ scope, month })),
    )
    await fold.load(places, [])
    return new Map(
      [...running].map(([key, limit]): [string, LimitStanding] => [key, { limit, spent: fold.spent(limit) }]),
    )
  }
}

/** Keeps windows once found: calendar arithmetic is slow, and the same days come again. */
function rememberedWindows(): WindowFinder {
  const known = new Map<string, ReturnType<WindowFinder>>()
  return (kind, day) => {
    const key = `${kind.kind} ${kind.kind === 'cycle' ? kind.day : ''} ${day}`
    const window = known.get(key) ?? windowOf(kind, day)
    known.set(key, window)
    return window
  }
}

/** A user or group whose limits a page may touch. */
interface Touched {
  readonly user: string
  readonly group: string | undefined
  /** The windows of this day. */
  readonly day: string
  /** `undefined`: any use. */
  readonly use: Use | undefined
}

/**
 * The users and groups whose limits a page touches: the spenders of charges and re-ratings; users who get another tier or an allowance; with new
 * settings, all that have spent in a running window.
 */
async function touchedBy(
  page: Page,
  fold: AccountFold,
  wasUnlimited: boolean,
  today: string,
  windowAt: WindowFinder,
): Promise<readonly Touched[]> {
  const setsLimits = page.entries.some(({ kind }) => kind === 'limits')
  if (wasUnlimited && !page.entries.some(({ kind }) => CHANGES.has(kind))) return []
  const touched = page.entries.flatMap((entry) => touchedByEntry(entry, fold, today))
  return distinct(setsLimits ? [...touched, ...(await allSpenders(page, fold, today, windowAt))] : touched)
}

const CHANGES: ReadonlySet<Entry['kind']> = new Set(['limits', 'user-tiers', 'upgrade-decision'])

function touchedByEntry(entry: Entry, { dayOf }: AccountFold, today: string): readonly Touched[] {
  switch (entry.kind) {
    case 'charge':
    case 'rerating': {
      const { user, group, category, service, time } = entry
      return [{ user, group, day: dayOf(time), use: { category, service } }]
    }
    case 'user-tiers':
      return entry.tiers.map(([user]) => ({ user, group: undefined, day: today, use: undefined }))
    case 'upgrade-decision':
      return [{ user: entry.user, group: undefined, day: today, use: undefined }]
    default:
      return []
  }
}

/** No user has this name: with it, only limits of the account and of a group are asked for. */
const NO_USER = ''

async function allSpenders(
  page: Page,
  fold: AccountFold,
  day: string,
  windowAt: WindowFinder,
): Promise<readonly Touched[]> {
  const now = page.entries.flatMap((entry) => (entry.kind === 'limits' ? [entry.settings] : []))
  const kinds = [fold.limits().settings, ...now].flatMap(({ ceilings }) => ceilings.map(({ window }) => window))
  const windows = [{ kind: 'month' } as const, ...kinds].map((kind) => windowAt(kind, day))
  const months = new Set(windows.flatMap(monthsOf))
  const spenders = await Promise.all([...months].map((month) => fold.loadAll(month)))
  // Sorted: notices must not depend on the order in which this process read the spenders.
  const groups = spenders.flatMap((one) => one.groups).sort()
  const users = spenders.flatMap((one) => one.users).sort()
  const touched = (user: string, group?: string): Touched => ({ user, group, day, use: undefined })
  return [touched(NO_USER), ...groups.map((group) => touched(NO_USER, group)), ...users.map((user) => touched(user))]
}

function distinct(touched: readonly Touched[]): readonly Touched[] {
  const keyed = touched.map((one) => [JSON.stringify([one.user, one.group, one.day, one.use]), one] as const)
  return [...new Map(keyed).values()]
}
