import { createHash } from 'node:crypto'
import { type Amount, amount, amountText } from '../amount.ts'
import type { Report } from '../findings.ts'
import type { StoredPage } from '../read-page.ts'
import { dayIn } from './calendar.ts'
import { expectations } from './expectations.ts'
import type { LimitsLog } from './limits-log.ts'
import { limitsAt, type Person, type PlainLimit, spentAt, unset } from './standings.ts'

/** Watches what is told of limits: whatever a page does to one, and nothing else. */
export interface LimitNotices {
  readonly page: (page: Pick<StoredPage, 'account' | 'epoch'>, log: LimitsLog) => void
  /** The pages after the cut are gone: what they did to a limit may have been told. */
  readonly restored: (account: string, cut: number) => void
  readonly published: (type: string, detail: string) => void
  readonly judge: () => void
  readonly told: () => number
}

interface Standing {
  readonly limit: PlainLimit
  readonly spent: Amount
}

interface NoticeText {
  readonly id: string
  readonly data: {
    readonly account: string
    readonly spent: { readonly credits: string }
    readonly amount: { readonly credits: string }
  }
}

export function limitNotices(report: Report): LimitNotices {
  const expected = expectations()
  /** By id and type, what was spent at each page that does it. */
  const said = new Map<string, Set<string>>()
  const told = new Set<string>()

  const expect = (
    { account, epoch }: Pick<StoredPage, 'account' | 'epoch'>,
    seq: number,
    kind: string,
    which: string | number,
    { limit, spent }: Standing,
  ): void => {
    const what = createHash('sha256').update(nameOf(limit)).digest().subarray(0, 16).toString('base64url')
    const name = `groschen.limit.${kind} ${account}#limit#${what}#${epoch === 0 ? seq : `${seq}e${epoch}`}#${which}`
    expected.add(name, { account, seq })
    said.set(name, (said.get(name) ?? new Set()).add(`${amountText(spent)} of ${amountText(limit.limit)}`))
  }

  const page: LimitNotices['page'] = (of, log) => {
    const seq = log.head()
    const [before, after] = [levelsAt(log, seq - 1), levelsAt(log, seq)]
    const standings = [seq - 1, seq].map((at) => standingsAt(log, at, seq))
    for (const [name, standing] of standings[1]!) {
      const was = standings[0]!.get(name)
      const highest = after.filter((level) => isAt(standing, level)).at(-1)
      const wasThere = was !== undefined && highest !== undefined && before.includes(highest) && isAt(was, highest)
      if (highest !== undefined && !wasThere) {
        expect(of, seq, highest === 100 ? 'reached' : 'warning', highest, standing)
      }
      const wasFull = was !== undefined && before.includes(100) && isAt(was, 100)
      if (wasFull && !isAt(standing, 100)) expect(of, seq, 'cleared', 'cleared', standing)
    }
    for (const [name, standing] of standings[0]!) {
      if (!standings[1]!.has(name) && before.includes(100) && isAt(standing, 100))
        expect(of, seq, 'cleared', 'cleared', standing)
    }
  }

  const published: LimitNotices['published'] = (type, detail) => {
    const { id, data } = JSON.parse(detail) as NoticeText
    const name = `${type} ${id}`
    const now = `${amountText(amount(data.spent.credits))} of ${amountText(amount(data.amount.credits))}`
    if (!said.get(name)?.has(now)) report('safety', 'a notice of a limit tells what the log says', `${name}: ${now}`)
    told.add(name)
  }
  const judge = (): void => {
    for (const name of expected.due())
      if (!told.has(name))
        report('safety', 'whatever a page does to a limit is told', `${name}: ${[...(said.get(name) ?? [])].join()}`)
  }
  return { page, restored: expected.restored, published, judge, told: () => told.size }
}

const levelsAt = (log: LimitsLog, seq: number): readonly number[] =>
  [...(log.settingsAt(seq)?.value ?? unset).levels].sort((a, b) => a - b)

/** The same limit of the same somebody in the same window. */
const nameOf = ({ key, scope, span }: PlainLimit): string => JSON.stringify([key, scope, span.key])

const isAt = ({ limit, spent }: Standing, level: number): boolean =>
  spent > 0n && spent * 100n >= limit.limit * BigInt(level)

/** The limits that page `of` may do something to, as they stand at page `at`, if their window has not ended by then. */
function standingsAt(log: LimitsLog, at: number, of: number): ReadonlyMap<string, Standing> {
  const today = dayIn(log.writtenAt(of))
  const found = new Map<string, Standing>()
  for (const person of touchedBy(log, of, today)) {
    for (const limit of limitsAt(log, at, person)) {
      if (today < limit.span.to && !found.has(nameOf(limit)))
        found.set(nameOf(limit), { limit, spent: spentAt(log, limit, at) })
    }
  }
  return found
}

function touchedBy(log: LimitsLog, seq: number, today: string): readonly Person[] {
  const rows = log.rows.filter((row) => (log.changes(seq) ? row.seq <= seq : row.seq === seq))
  const people = rows.flatMap(({ user, group, day }) => [
    { user, group, day },
    ...(log.changes(seq) ? [{ user, group, day: today }] : []),
  ])
  return [...new Map(people.map((one) => [JSON.stringify([one.user, one.group, one.day]), one])).values()]
}

/** Watches what is told of upgrade requests: each is filed, and decided at most once. */
export interface UpgradeNotices {
  readonly page: (page: StoredPage) => void
  /** The pages after the cut are gone: what they said may have been told, and may come again. */
  readonly restored: (account: string, cut: number) => void
  readonly published: (type: string, detail: string) => void
  readonly judge: () => void
}

export function upgradeNotices(report: Report): UpgradeNotices {
  const expected = expectations()
  const decided = expectations()
  const told = new Set<string>()
  return {
    page: ({ account, seq, entries }) => {
      const expect = (kind: string, id: string | undefined): void =>
        expected.add(`groschen.upgrade-request.${kind} ${account}#${id}#${kind}`, { account, seq })
      for (const { kind, id, ...entry } of entries) {
        if (kind === 'upgrade-request') expect('filed', id)
        if (kind !== 'upgrade-decision') continue
        const name = `${id} of ${account}`
        if (decided.isDue(name)) report('safety', 'an upgrade request is decided once', name)
        decided.add(name, { account, seq })
        const { granted } = entry as { readonly granted?: { readonly tier?: string; readonly credits?: string } }
        expect(granted?.tier === undefined && granted?.credits === undefined ? 'rejected' : 'approved', id)
      }
    },
    restored: (account, cut) => {
      expected.restored(account, cut)
      decided.restored(account, cut)
    },
    published: (type, detail) => {
      const name = `${type} ${(JSON.parse(detail) as { readonly id: string }).id}`
      if (!expected.has(name)) report('safety', 'a notice of an upgrade request tells what the log says', name)
      told.add(name)
    },
    judge: () => {
      for (const name of expected.due()) if (!told.has(name)) report('safety', 'every upgrade request is told', name)
    },
  }
}
