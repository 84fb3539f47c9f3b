import type { Entry } from '../../shared/ledger/entries/entries.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import type { WindowFinder } from '../../shared/limits/decide/limits-on.ts'
import type { AccountFold } from '../../shared/limits/io/account-fold.ts'
import { monthsOf, type Use } from '../../shared/spend/selector.ts'

/** Somebody whose limits a page may change the standing of. */
export interface Touched {
  readonly user: string
  readonly group: string | undefined
  /** The windows of this day. */
  readonly day: string
  /** `undefined`: whatever is used. */
  readonly use: Use | undefined
}

/**
 * Whose limits a page touches: of each charge and re-rating whoever spent; of another tier or an allowance the user; of other
 * settings everybody who has spent anything in a window that is running.
 */
export async function touchedBy(
  page: Page,
  fold: AccountFold,
  wasUnlimited: boolean,
  today: string,
  windowAt: WindowFinder,
): Promise<readonly Touched[]> {
  const setsLimits = page.entries.some(({ kind }) => kind === 'limits')
  if (wasUnlimited && !page.entries.some(({ kind }) => CHANGES.has(kind))) return []
  const touched = page.entries.flatMap((entry) => touchedByEntry(entry, fold, today))
  return distinct(setsLimits ? [...touched, ...(await everybody(page, fold, today, windowAt))] : touched)
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

/** Limits of the account, and of a group, are asked by one that nobody is called by, since no user has this name. */
const NOBODY = ''

async function everybody(
  page: Page,
  fold: AccountFold,
  day: string,
  windowAt: WindowFinder,
): Promise<readonly Touched[]> {
  const now = page.entries.flatMap((entry) => (entry.kind === 'limits' ? [entry.settings] : []))
  const kinds = [fold.limits().settings, ...now].flatMap(({ ceilings }) => ceilings.map(({ window }) => window))
  const windows = [{ kind: 'month' } as const, ...kinds].map((kind) => windowAt(kind, day))
  const months = new Set(windows.flatMap(monthsOf))
  const spenders = await Promise.all([...months].map(fold.loadAll))
  // They come in the order in which they happen to be known here; what is told has one that is the log's alone.
  const groups = spenders.flatMap((one) => one.groups).sort()
  const users = spenders.flatMap((one) => one.users).sort()
  const touched = (user: string, group?: string): Touched => ({ user, group, day, use: undefined })
  return [touched(NOBODY), ...groups.map((group) => touched(NOBODY, group)), ...users.map((user) => touched(user))]
}

function distinct(touched: readonly Touched[]): readonly Touched[] {
  const keyed = touched.map((one) => [JSON.stringify([one.user, one.group, one.day, one.use]), one] as const)
  return [...new Map(keyed).values()]
}
