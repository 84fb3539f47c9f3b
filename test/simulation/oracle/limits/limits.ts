import { createHash } from 'node:crypto'
import { brotliDecompressSync } from 'node:zlib'
import type { ApiAnswer } from '../../product/product.ts'
import type { Writer } from '../../services/documents.ts'
import type { Item } from '../../services/expressions.ts'
import type { Table } from '../../services/tables.ts'
import { amount, amountText } from '../amount.ts'
import type { Report } from '../findings.ts'
import type { StoredPage } from '../read-page.ts'
import { type Answered, type Asked, judgeAnswer, sourceText } from './access.ts'
import { dayIn } from './calendar.ts'
import { type Gates, gatesOf } from './gates.ts'
import { type LimitNotices, limitNotices, type UpgradeNotices, upgradeNotices } from './limit-notices.ts'
import { type LimitsLog, limitsLog } from './limits-log.ts'
import { type Overspend, overspends } from './overspend.ts'
import { isCounted, limitsAt, unset } from './standings.ts'

/** Of one attempt of a request, by the true clock, and how far its process's clock is off. */
export interface Attempt {
  readonly beganAt: number
  /** When the request was sent the first time: the answer may be that of then. */
  readonly sentAt: number
  readonly answeredAt: number
  readonly skewMs: number
  /** Its Idempotency-Key. */
  readonly key: string
}

/** Whose token all requests are sent with. */
const CALLER = 'olga'

/** The id of a reservation follows from who asked for it, and how. */
const reservationIdOf = (account: string, key: string): string =>
  `r-${createHash('sha256')
    .update(JSON.stringify([account, CALLER, key]))
    .digest()
    .subarray(0, 16)
    .toString('base64url')}`

const MOST_SKEW_MS = 120_000

/** Watches limits: what the log says, what is answered, what is held and what is told. */
export interface Limits {
  readonly logOf: (account: string) => LimitsLog
  readonly gates: Gates
  readonly notices: LimitNotices
  readonly upgrades: UpgradeNotices
  readonly page: (page: StoredPage) => void
  /** The pages after the cut are gone. */
  readonly restored: (account: string, cut: number) => void
  readonly gateWritten: (item: Item, before: Item | undefined, writer: Writer) => void
  readonly checked: (
    asked: Asked & { readonly maxAgeMs: number; readonly isPriced: boolean },
    answer: ApiAnswer,
    attempt: Attempt,
  ) => void
  readonly reserved: (asked: Asked & { readonly isPriced: boolean }, answer: ApiAnswer, attempt: Attempt) => void
  readonly settled: (id: string, actual: string, answer: ApiAnswer) => void
  readonly judge: (snapshots: Table) => void
  readonly figures: () => LimitFigures
}

export interface LimitFigures {
  readonly checks: number
  readonly refused: number
  readonly reserved: number
  readonly notReserved: number
  readonly told: number
  readonly ended: Readonly<Record<string, number>>
  /** The one that came nearest to its bound, and the largest. */
  readonly overspends: readonly Overspend[]
}

export function limitsOf(report: Report, now: () => number): Limits {
  const logs = new Map<string, LimitsLog>()
  const logOf = (account: string): LimitsLog => {
    const log = logs.get(account) ?? limitsLog()
    logs.set(account, log)
    return log
  }
  const gates = gatesOf(logOf, report)
  const notices = limitNotices(report)
  const upgrades = upgradeNotices(report)
  const settlements = new Map<string, string>()
  const counted = { checks: 0, refused: 0, reserved: 0, notReserved: 0 }
  let found: readonly Overspend[] = []
  const safety = (rule: string, detail: string): void => report('safety', rule, detail)

  const daysOf = ({ beganAt, answeredAt, skewMs }: Attempt): readonly string[] => [
    ...new Set([beganAt, answeredAt].map((time) => dayIn(Math.floor(time + skewMs)))),
  ]
  const checkAge = (what: string, account: string, seq: number, from: number): void => {
    const head = logOf(account).headAt(from)
    if (seq < head)
      safety(
        'nothing is answered from before its request began',
        `${what} of ${account}: page ${seq}, when ${head} stood`,
      )
    if (seq > logOf(account).head()) safety('only pages that there are answer', `${what} of ${account}: page ${seq}`)
  }

  const checked: Limits['checked'] = (asked, answer, attempt) => {
    if (answer.status !== 200) return safety('a check is answered', JSON.stringify(answer))
    const body = answer.body as Answered & { readonly seq: number; readonly checks?: readonly Answered[] }
    const { seq, checks = [body] } = body
    checkAge('a check', asked.account, seq, attempt.beganAt - asked.maxAgeMs)
    for (const one of checks) {
      counted.checks += 1
      if (!one.allowed) counted.refused += 1
      const question = { log: logOf(asked.account), seq, days: daysOf(attempt), isPriced: asked.isPriced }
      judgeAnswer({ ...question, asked, held: undefined }, one, report)
    }
  }

  const reserved: Limits['reserved'] = (asked, answer, attempt) => {
    const body = answer.body as Answered & { readonly seq: number; readonly reservation?: string }
    const { seq, account } = { ...body, account: asked.account }
    if (answer.status !== 200 && answer.status !== 201)
      return safety('a reservation is answered', JSON.stringify(answer))
    counted[body.allowed ? 'reserved' : 'notReserved'] += 1
    if (body.allowed !== (answer.status === 201)) safety('a yes is 201', JSON.stringify(answer))
    checkAge('a reservation', account, seq, body.allowed ? attempt.sentAt : attempt.beganAt)
    // Taken by an attempt before, of which nothing but the hold is known.
    if (body.limitSource === undefined && body.reason === 'ok') return
    const log = logOf(account)
    // A yes may be that of an attempt before, by another clock.
    const since = body.allowed
      ? { ...attempt, beganAt: attempt.sentAt - MOST_SKEW_MS, answeredAt: attempt.answeredAt + MOST_SKEW_MS, skewMs: 0 }
      : attempt
    const held = amount(body.held?.credits ?? '0')
    judgeAnswer({ log, seq, days: daysOf(since), isPriced: asked.isPriced, asked, held }, body, report)
    if (body.allowed) return
    // What an attempt left that died is held until it expires.
    const isFirst = attempt.sentAt === attempt.beganAt
    const kept = isFirst ? gates.holding(reservationIdOf(account, attempt.key)) : []
    if (kept.length > 0) safety('who is refused holds nothing', `${attempt.key} in ${kept.join(' ')}`)
    if (body.held !== undefined) checkHeld(asked, body, attempt)
  }

  /** What a refusal says is held is what a gate held while it was decided. */
  const checkHeld = (asked: Asked, body: Answered & { readonly seq: number }, attempt: Attempt): void => {
    const { account, user, group } = asked
    const log = logOf(account)
    const held = amount(body.held?.credits ?? '0')
    const ranges = daysOf(attempt).flatMap((day) => {
      const use = { category: asked.category, service: asked.model }
      const limit = limitsAt(log, body.seq, { user, group, day }).find(
        (one) => isCounted(one, use) && sourceText(one.source) === sourceText(body.limitSource),
      )
      const isOfBalance = body.limitSource?.['kind'] === 'balance'
      if (limit === undefined && !isOfBalance) return []
      if (isOfBalance && !(log.settingsAt(body.seq)?.value ?? unset).holdsBalance) return [[0n, 0n] as const]
      const view = { account, seq: body.seq, from: attempt.beganAt, to: attempt.answeredAt, skewMs: attempt.skewMs }
      return gates.heldBetween(limit, { ...view, except: reservationIdOf(account, attempt.key) })
    })
    // Where less held would not help, nobody looks further back to see whether it still is.
    const isByHolds = body.reason === 'in-flight'
    if (!ranges.some(([low, high]) => low <= held && (held <= high || !isByHolds))) {
      const said = ranges.map(([low, high]) => `${amountText(low)} to ${amountText(high)}`).join(', ')
      safety('what is held is what reservations hold', `${JSON.stringify(asked)}: ${amountText(held)}, not ${said}`)
    }
  }

  const settled: Limits['settled'] = (id, actual, answer) => {
    // One that was charged or has expired before is left as it is.
    if (answer.status !== 200 || (answer.body as { readonly state?: string }).state !== 'settled') return
    const before = settlements.get(id)
    settlements.set(id, actual)
    if (before !== undefined && before !== actual)
      safety('a reservation is settled once', `${id}: ${before}, then ${actual}`)
  }

  return {
    logOf,
    gates,
    notices,
    upgrades,
    page: (page) => {
      const log = logOf(page.account)
      log.take(page, now())
      notices.page(page, log)
      upgrades.page(page)
    },
    restored: (account, cut) => {
      logs.set(account, logOf(account).upTo(cut))
      gates.restored(account, cut, now())
      upgrades.restored(account, cut)
      notices.restored(account, cut)
    },
    gateWritten: (item, before, writer) => gates.written(item, before, writer, now()),
    checked,
    reserved,
    settled,
    judge: (snapshots) => {
      notices.judge()
      upgrades.judge()
      gates.judge(now())
      for (const [account, log] of logs) judgeSnapshot(snapshots, account, log, report)
      found = [...logs].flatMap(([account, log]) => overspends(account, log, gates, report))
    },
    figures: () => {
      const { ended } = gates.figures()
      return { ...counted, told: notices.told(), ended, overspends: found }
    },
  }
}

interface StoredState {
  readonly version: number
  readonly settings: unknown
  readonly requests: readonly { readonly id: string }[]
  readonly allowances: readonly { readonly user: string; readonly category: string; readonly credits: string }[]
}

/** What a snapshot says of limits and of who is in which tier, once all is quiet. */
function judgeSnapshot(snapshots: Table, account: string, log: LimitsLog, report: Report): void {
  const textOf = (part: string): string | undefined => {
    const packed = snapshots.get({ account: { S: account }, part: { S: part } })?.['packed']?.B
    return packed && brotliDecompressSync(packed).toString()
  }
  const differs = (what: string, found: unknown, expected: unknown): void => {
    const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
    if (a !== b) report('safety', 'a snapshot holds the limits of the log', `${account}, ${what}: ${a}, not ${b}`)
  }
  const set = log.settingsAt(log.head())
  const { requests, allowances } = log.kept()
  const text = textOf('limits')
  if (text !== undefined || set !== undefined || requests.length + allowances.length > 0) {
    const state = JSON.parse(text ?? '{"version":-1,"requests":[],"allowances":[]}') as StoredState
    differs('version', state.version, set?.seq ?? 0)
    if (set !== undefined) differs('settings', state.settings, set.value)
    differs(
      'requests',
      state.requests.map(({ id }) => id),
      requests,
    )
    const short = (all: StoredState['allowances']) =>
      all.map(({ user, category, credits }) => [user, category, credits])
    differs('allowances', short(state.allowances), short(allowances))
  }
  const tiers = new Map<string, string>()
  for (let shard = 0; shard < 16; shard += 1) {
    for (const [user, tier] of JSON.parse(textOf(`user-tiers#${shard}`) ?? '[]') as [string, string][]) {
      tiers.set(user, tier)
      const own = createHash('sha256').update(user).digest()[0]! >> 4
      if (own !== shard) report('safety', 'a user lies in its own shard', `${user} in ${shard}`)
    }
  }
  differs('tiers', [...tiers].sort(), [...log.tiers()].sort())
}
