import { type Amount, amount } from '../amount.ts'
import type { StoredOther, StoredPage } from '../read-page.ts'
import { dayIn, type PlainSpan, type PlainWindow } from './calendar.ts'

/** Limits as an entry of the log has them. */
export interface StoredLimits {
  readonly tiers: readonly { readonly id: string; readonly limits: readonly (readonly [string, string])[] }[]
  readonly defaultTier?: string
  readonly ceilings: readonly StoredCeiling[]
  readonly levels: readonly number[]
  readonly unknown: { readonly user: string; readonly category: string; readonly model: string }
  readonly stopped?: string
  readonly holdsBalance: boolean
}

interface StoredCeiling {
  readonly id: string
  readonly of: 'user' | 'group' | 'account'
  readonly group?: string
  readonly category?: string
  readonly service?: string
  readonly window: PlainWindow
  readonly limit: string
}

/** What one entry adds to what somebody spent: a charge, or what a re-rating changes of one. */
export interface SpentRow {
  readonly seq: number
  readonly user: string
  readonly group: string | undefined
  readonly category: string
  readonly service: string
  readonly day: string
  readonly credits: Amount
  /** Of a charge: the hold it names, and when its page was written, by the true clock. */
  readonly reservation: string | undefined
  readonly isCharge: boolean
  readonly committedAt: number
}

interface At<T> {
  readonly seq: number
  readonly value: T
}

interface Allowance {
  readonly user: string
  readonly category: string
  readonly window: PlainSpan
  readonly credits: string
}

interface Request {
  readonly id: string
  readonly window: PlainSpan
}

/** What an account's log says of limits, with the page that says it. */
export interface LimitsLog {
  readonly take: (page: StoredPage, now: number) => void
  /** The log as it comes back from a backup: its first pages. */
  readonly upTo: (cut: number) => LimitsLog
  readonly rows: readonly SpentRow[]
  /** The newest settings at a page; `undefined`: none were set. */
  readonly settingsAt: (seq: number) => At<StoredLimits> | undefined
  /** @returns `undefined`: nobody assigned one */
  readonly tierAt: (user: string, seq: number) => string | undefined
  readonly allowancesAt: (seq: number) => readonly Allowance[]
  readonly balanceAt: (seq: number) => Amount
  readonly writtenAt: (seq: number) => number
  /** Pages that change what limits are, and of whom: `undefined`: everybody. */
  readonly changes: (seq: number) => boolean
  /** The newest page that stood at a time, by the true clock. */
  readonly headAt: (time: number) => number
  readonly head: () => number
  readonly users: ReadonlySet<string>
  /** What the snapshot keeps of requests and allowances: what has expired goes with the next entry about requests. */
  readonly kept: () => { readonly requests: readonly string[]; readonly allowances: readonly Allowance[] }
  readonly tiers: () => ReadonlyMap<string, string>
}

export function limitsLog(): LimitsLog {
  const pages: StoredPage[] = []
  const times: number[] = []
  const rows: SpentRow[] = []
  const settings: At<StoredLimits>[] = []
  const tiers: At<readonly [user: string, tier: string | undefined]>[] = []
  const allowances: At<Allowance>[] = []
  const users = new Set<string>()
  let requests: Request[] = []
  let keptAllowances: Allowance[] = []

  const takeOther = (seq: number, entry: StoredOther, committedAt: number): void => {
    if (entry.kind === 'rerating') {
      const { user = '', group, category = '', service = '', time = 0 } = entry
      const credits = -amount(entry.credits ?? '0')
      const spent = { user, group, category, service, day: dayIn(time), credits }
      rows.push({ seq, ...spent, reservation: undefined, isCharge: false, committedAt })
    }
    if (entry.kind === 'limits') settings.push({ seq, value: entry.settings as StoredLimits })
    if (entry.kind === 'user-tiers')
      for (const [user, tier] of entry.tiers ?? []) tiers.push({ seq, value: [user, tier ?? undefined] })
    if (entry.kind !== 'upgrade-request' && entry.kind !== 'upgrade-decision') return
    const { id = '', user = '', category = '', window, granted } = entry
    if (window === undefined) throw new Error(`${id} has no window`)
    const today = dayIn(entry.at)
    requests = requests.filter((one) => today < one.window.to)
    keptAllowances = keptAllowances.filter((one) => today < one.window.to)
    if (entry.kind === 'upgrade-request') requests.push({ id, window })
    else if (granted?.tier !== undefined) tiers.push({ seq, value: [user, granted.tier] })
    else if (granted?.credits !== undefined) {
      const allowance = { user, category, window, credits: granted.credits }
      keptAllowances.push(allowance)
      allowances.push({ seq, value: allowance })
    }
  }

  const upTo: LimitsLog['upTo'] = (cut) => {
    const back = limitsLog()
    for (const [place, page] of pages.slice(0, cut).entries()) back.take(page, times[place] ?? 0)
    return back
  }

  const tierAt: LimitsLog['tierAt'] = (user, seq) =>
    tiers.findLast((one) => one.seq <= seq && one.value[0] === user)?.value[1]
  return {
    take: (page, now) => {
      pages.push(page)
      times.push(now)
      for (const entry of page.entries) {
        if (entry.kind !== 'charge') {
          takeOther(page.seq, entry, now)
          continue
        }
        const { user, group, category, service, time, reservation } = entry
        users.add(user)
        const spent = { user, group, category, service, day: dayIn(time), credits: amount(entry.credits) }
        rows.push({ seq: page.seq, ...spent, reservation, isCharge: true, committedAt: now })
      }
    },
    upTo,
    rows,
    settingsAt: (seq) => settings.findLast((one) => one.seq <= seq),
    tierAt,
    allowancesAt: (seq) => allowances.filter((one) => one.seq <= seq).map(({ value }) => value),
    balanceAt: (seq) => amount(pages[seq - 1]?.balance ?? '0'),
    writtenAt: (seq) => pages[seq - 1]?.writtenAt ?? 0,
    changes: (seq) => [settings, tiers, allowances].some((all) => all.some((one) => one.seq === seq)),
    headAt: (time) => times.filter((at) => at <= time).length,
    head: () => pages.length,
    users,
    kept: () => ({ requests: requests.map(({ id }) => id), allowances: keptAllowances }),
    tiers: () => {
      const now = new Map<string, string>()
      for (const user of new Set(tiers.map(({ value }) => value[0]))) {
        const tier = tierAt(user, pages.length)
        if (tier !== undefined) now.set(user, tier)
      }
      return now
    },
  }
}
