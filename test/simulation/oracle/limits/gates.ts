import { brotliDecompressSync } from 'node:zlib'
import type { Writer } from '../../services/documents.ts'
import type { Item } from '../../services/expressions.ts'
import { type Amount, amount, amountText } from '../amount.ts'
import type { Report } from '../findings.ts'
import { dayIn } from './calendar.ts'
import type { LimitsLog } from './limits-log.ts'
import { isCounted, limitsAt, type PlainLimit, spentAt, unset } from './standings.ts'

/** A hold as it stands in a gate. */
interface StoredHold {
  readonly id: string
  readonly credits: Amount
  readonly expiresAt: number
  readonly takenAt: number
  readonly category: string
  readonly service: string | undefined
}

/** A gate from a moment of the true clock on, until the next. */
interface GateAt {
  readonly at: number
  /** Up to here its holds' charges were looked for. */
  readonly seq: number
  /** It was decided at this page. */
  readonly head: number
  readonly holds: readonly StoredHold[]
}

/** When a hold was taken: on one of these days, by the clock of who took it. */
interface Taken {
  readonly days: readonly string[]
  readonly skewMs: number
}

/** Watches what reservations hold: every change of a gate, and of a reservation's record. */
export interface Gates {
  /** The account's pages after the cut are gone. */
  readonly restored: (account: string, cut: number, now: number) => void
  readonly written: (item: Item, before: Item | undefined, writer: Writer, now: number) => void
  /** Somebody asked for it to be released. */
  readonly releasing: (id: string) => void
  /** What a limit may have counted as held, as somebody saw it between two moments: with each of these amounts it is right. */
  readonly heldBetween: (limit: PlainLimit | undefined, view: View) => readonly (readonly [low: Amount, high: Amount])[]
  /** A hold as its gate had it last before a moment. */
  readonly holdBefore: (account: string, limit: PlainLimit, id: string, time: number) => StoredHold | undefined
  readonly takenOf: (id: string) => Taken | undefined
  /** The gates that hold it now. */
  readonly holding: (id: string) => readonly string[]
  readonly figures: () => { readonly taken: number; readonly ended: Readonly<Record<string, number>> }
  readonly judge: (now: number) => void
}

interface View {
  readonly account: string
  readonly seq: number
  readonly from: number
  readonly to: number
  readonly skewMs: number
  /** The reservation that asks. */
  readonly except: string
}

const RECORD = 'reservation#'

export function gatesOf(logOf: (account: string) => LimitsLog, report: Report): Gates {
  const history = new Map<string, GateAt[]>()
  const records = new Map<string, StoredRecord>()
  /** When a reservation's first record was put. */
  const grantedAt = new Map<string, number>()
  const releases = new Set<string>()
  /** By gate and id: why it is no longer held. */
  const ended = new Map<string, string>()
  const taken = new Map<string, Taken>()
  const restores: { readonly account: string; readonly cut: number; readonly at: number }[] = []
  const safety = (rule: string, detail: string): void => report('safety', rule, detail)
  /** A page as somebody knew it at a moment, in the log as it is now. */
  const standing = (account: string, seq: number, at: number): number =>
    Math.min(seq, ...restores.filter((one) => one.account === account && one.at > at).map(({ cut }) => cut))

  const written: Gates['written'] = (item, before, writer, now) => {
    const key = item['scope']?.S ?? ''
    const [version, last] = [Number(item['version']?.N), Number(before?.['version']?.N ?? 0)]
    if (version !== last + 1) safety('gates are put by version', `${key}: ${version} after ${last}`)
    if (key.startsWith(RECORD)) recordWritten(key.slice(RECORD.length), item, now)
    else gateWritten(key, item, writer, now)
  }

  const recordWritten = (id: string, item: Item, now: number): void => {
    const record = JSON.parse(item['text']?.S ?? '') as StoredRecord
    const was = records.get(id)
    // One that holds nowhere was not granted.
    if (was === undefined && record.scopes.length === 0) return
    records.set(id, record)
    if (was === undefined) {
      grantedAt.set(id, now)
      return
    }
    const [from, to] = [was.state, record.state]
    const isRevived = from === 'released' && to !== 'released'
    const isSettledAgain = typeof from === 'object' && typeof to === 'object' && from.settled !== to.settled
    if (isRevived || isSettledAgain || (typeof from === 'object' && to === 'open'))
      safety('a reservation ends once', `${id}: ${JSON.stringify(from)}, then ${JSON.stringify(to)}`)
    if (record.expiresAt < was.expiresAt || record.credits !== was.credits)
      safety('a reservation keeps what it promised', `${id}: ${JSON.stringify(record)}`)
  }

  const gateWritten = (key: string, item: Item, writer: Writer, now: number): void => {
    const [account = ''] = key.split('#')
    const log = logOf(account)
    const [was, gate] = [history.get(key)?.at(-1), gateIn(item, now)]
    history.set(key, [...(history.get(key) ?? []), gate])
    const before = was === undefined ? 0 : standing(account, was.head, was.at)
    if (gate.head > log.head() || gate.head < before || gate.seq > gate.head)
      safety('a gate is folded to pages that there are', `${key}: ${before} to ${gate.head} of ${log.head()}`)
    if (new Set(gate.holds.map(({ id }) => id)).size < gate.holds.length) safety('a gate has a hold once', key)
    for (const hold of was?.holds ?? []) {
      const after = gate.holds.find(({ id }) => id === hold.id)
      const known = { ...hold, takenAt: standing(account, hold.takenAt, was?.at ?? now) }
      if (after === undefined) holdGone(key, known, gate, log, writer, now)
      else if (after.credits > hold.credits || after.expiresAt < hold.expiresAt) holdWorse(key, hold, after)
    }
    for (const hold of gate.holds)
      if (!was?.holds.some(({ id }) => id === hold.id)) holdTaken(key, hold, gate, log, writer, now)
  }

  /** Until its record stands, whoever asks again for a reservation takes its hold anew. */
  const holdWorse = (key: string, hold: StoredHold, after: StoredHold): void => {
    if (!records.has(hold.id)) return
    const said = [hold, after].map(({ credits, expiresAt }) => `${amountText(credits)} until ${expiresAt}`)
    safety('a hold never grows, nor ends sooner', `${hold.id} in ${key}: ${said.join(', then ')}`)
  }

  const holdGone = (
    key: string,
    hold: StoredHold,
    gate: GateAt,
    log: LimitsLog,
    { machine: { skewMs } }: Writer,
    now: number,
  ): void => {
    const { id, expiresAt } = hold
    const what = `${id} in ${key}, folded at page ${gate.head}`
    const why = whyGone(hold, gate, log, now + skewMs)
    if (why === undefined) safety('a hold ends by its charge, its release or its time', `${what}, without any`)
    else ended.set(`${key} ${id}`, why)
    if (why !== 'expired') return
    const head = log.headAt(expiresAt - skewMs - 1)
    if (head > gate.head)
      safety('what has expired is let go at the head of the log', `${what}, when page ${head} stood before it expired`)
    if ((records.get(id)?.expiresAt ?? 0) > now + skewMs) safety('a reservation lasts as long as it was promised', what)
  }

  /** @param clock of who let it go */
  const whyGone = (
    { id, expiresAt, takenAt }: StoredHold,
    { head }: GateAt,
    log: LimitsLog,
    clock: number,
  ): string | undefined => {
    const charges = log.rows.filter((row) => row.reservation === id && row.seq > takenAt)
    if (charges.some((charge) => charge.seq <= head)) return 'charged'
    if (releases.has(id)) return 'released'
    if (!records.has(id)) return 'given back'
    if (expiresAt <= clock) return 'expired'
    const isEndedElsewhere = charges.length > 0 || [...ended.keys()].some((name) => name.endsWith(` ${id}`))
    return isEndedElsewhere ? 'charged' : undefined
  }

  const holdTaken = (
    key: string,
    hold: StoredHold,
    gate: GateAt,
    log: LimitsLog,
    writer: Writer,
    now: number,
  ): void => {
    const { id, service, category } = hold
    const name = `${key} ${id}`
    const { skewMs } = writer.machine
    const days = [...new Set([writer.invokedAt, now].map((time) => dayIn(time + skewMs)))]
    // An attempt that began before another one was granted may still take it; it loses at the record, and gives it back.
    if (ended.has(name) && (grantedAt.get(id) ?? now) < writer.invokedAt)
      safety('a hold ends once', `${id} in ${key} is taken again; it was ${ended.get(name)}`)
    taken.set(id, { days, skewMs })
    const [account = '', of = '', ...rest] = key.split('#')
    const whom = rest.join('#')
    const passed = days.map((day) => {
      const person = { user: of === 'user' ? whom : '', group: of === 'group' ? whom : undefined, day }
      const limits = limitsAt(log, gate.head, person).filter(({ scope }) => scope.of === of)
      const counted = limits.filter((limit) => isCounted(limit, { category, service }))
      return counted.find((limit) => spentAt(log, limit, gate.head) + heldIn(gate.holds, limit) > limit.limit)
    })
    const [limit] = passed
    if (limit !== undefined && !passed.includes(undefined)) {
      const said = `${amountText(spentAt(log, limit, gate.head))} spent and ${amountText(heldIn(gate.holds, limit))} held`
      safety(
        'nobody is let pass at a limit',
        `${id} in ${key}, ${limit.key} at page ${gate.head}: ${said} of ${amountText(limit.limit)}`,
      )
    }
    const { holdsBalance } = log.settingsAt(gate.head)?.value ?? unset
    if (of === 'account' && holdsBalance && log.balanceAt(gate.head) < heldIn(gate.holds, undefined))
      safety('nobody is let pass at a limit', `${id} in ${account}: more is held than the balance`)
  }

  const heldBetween: Gates['heldBetween'] = (limit, { account, seq, from, to, skewMs, except }) => {
    const all = history.get(keyOf(account, limit)) ?? []
    const next = all.findIndex(({ at }) => at > from)
    const seen = next === -1 ? all.slice(-1) : all.slice(Math.max(0, next - 1))
    const views = seen.filter(({ at }) => at <= to)
    if (views.length === 0 || (next === 0 && all.length > 0)) views.unshift({ at: 0, seq: 0, head: 0, holds: [] })
    const { rows } = logOf(account)
    const isCharged = ({ id, takenAt }: StoredHold): boolean =>
      rows.some((row) => row.reservation === id && row.seq > takenAt && row.seq <= seq)
    return views.map(({ holds }) => {
      const open = holds.filter((hold) => hold.id !== except && !isCharged(hold))
      const [sure, possible] = [to, from].map((time) => open.filter(({ expiresAt }) => expiresAt > time + skewMs))
      return [heldIn(sure!, limit), heldIn(possible!, limit)]
    })
  }
  return {
    restored: (account, cut, at) => restores.push({ account, cut, at }),
    written,
    releasing: (id) => releases.add(id),
    heldBetween,
    holdBefore: (account, limit, id, time) =>
      history
        .get(keyOf(account, limit))
        ?.findLast(({ at }) => at <= time)
        ?.holds.find((hold) => hold.id === id),
    takenOf: (id) => taken.get(id),
    holding: (id) =>
      [...history].flatMap(([key, gates]) => (gates.at(-1)?.holds.some((hold) => hold.id === id) ? [key] : [])),
    figures: () => {
      const counted: Record<string, number> = {}
      for (const why of ended.values()) counted[why] = (counted[why] ?? 0) + 1
      return { taken: records.size, ended: counted }
    },
    judge: (now) => {
      for (const [key, gates] of history)
        for (const { id, expiresAt } of gates.at(-1)?.holds ?? [])
          if (expiresAt > now) report('liveness', 'every hold ends', `${id} in ${key} until ${expiresAt}`)
    },
  }
}

interface StoredRecord {
  readonly credits: string
  readonly expiresAt: number
  readonly scopes: readonly unknown[]
  readonly state: 'open' | 'released' | { readonly settled: string }
}

type Row = readonly [string, string, number, number, string | null, string | null]

function gateIn(item: Item, at: number): GateAt {
  const rows = JSON.parse(brotliDecompressSync(item['holds']!.B!).toString()) as readonly Row[]
  const holds = rows.map(([id, credits, expiresAt, takenAt, category, service]) => ({
    id,
    credits: amount(credits),
    expiresAt,
    takenAt,
    category: category ?? '',
    service: service ?? undefined,
  }))
  return { at, seq: Number(item['seq']?.N), head: Number(item['head']?.N), holds }
}

const heldIn = (holds: readonly StoredHold[], limit: Pick<PlainLimit, 'category' | 'service'> | undefined): Amount =>
  holds.reduce((sum, hold) => (limit === undefined || isCounted(limit, hold) ? sum + hold.credits : sum), 0n)

function keyOf(account: string, limit: Pick<PlainLimit, 'scope'> | undefined): string {
  const { of, user, group } = limit?.scope ?? { of: 'account' }
  return [account, of, ...(user === undefined ? [] : [user]), ...(group === undefined ? [] : [group])].join('#')
}
