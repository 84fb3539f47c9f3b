import type { Made } from '../services/payments.ts'
import { amount, amountText } from './amount.ts'
import type { Report } from './findings.ts'
import type { StoredAuto, StoredOther, StoredPage } from './read-page.ts'
import { type Course, courseAfter, courseText, noCourse } from './top-up-course.ts'

/** Watches buying: what the log says, what the provider took, and what was told. */
export interface TopUps {
  /** @param auto the settings in force after the page */
  readonly page: (page: StoredPage, auto: StoredAuto | undefined) => void
  readonly made: (made: Made) => void
  /** The pages of an account after the cut are gone, and what they said. */
  readonly restored: (account: string, cut: number) => void
  readonly published: (type: string, detail: string) => void
  /** At the end, when all has drained. */
  readonly judge: (made: readonly Made[], setting: JudgeSetting) => void
}

interface JudgeSetting {
  readonly now: number
  readonly isBusy: (account: string) => boolean
  /** What an account pays with, where the product was told of it. */
  readonly toldMethod: (account: string) => string | undefined
  readonly skewMs: number
}

/** As of a page. */
interface Standing {
  readonly course: Course
  readonly auto: StoredAuto | undefined
  readonly balance: bigint
  /** After declines it was switched off: what was stored then was not asked for. */
  readonly wasOffAfterDeclines: boolean
}

interface Log {
  /** By page. */
  readonly standings: Standing[]
  readonly opened: Map<string, number>
  /** What each that was opened buys, and by which amount; `undefined`: up to a target. */
  readonly sizes: Map<string, { readonly buys: bigint; readonly each: bigint | undefined }>
  readonly ended: Map<string, StoredOther & { readonly seq: number }>
  /** What was captured, or on its way, when the log was last restored. */
  readonly beforeRestore: { readonly owed: readonly Made[]; readonly underWay: readonly Made[] }
}

const NOTHING: Standing = { course: noCourse, auto: undefined, balance: 0n, wasOffAfterDeclines: false }

const emptyLog = (): Log => ({
  standings: [],
  opened: new Map(),
  sizes: new Map(),
  ended: new Map(),
  beforeRestore: { owed: [], underWay: [] },
})

const standingOf = ({ standings }: Log): Standing => standings.at(-1) ?? NOTHING

/** A cap may have been lowered while a payment was on its way to the provider. */
const DECIDED_MS = 30 * 60_000
const BERLIN_MS = 60 * 60_000
/** What is due is found by the next sweep, with a clock that may be behind. */
const DUE_MS = 30 * 60_000

export function topUpsOf(report: Report): TopUps {
  const logs = new Map<string, Log>()
  const credits = new Map<string, StoredOther & { readonly account: string; readonly seq: number }>()
  const reversals = new Map<string, StoredOther & { readonly account: string; readonly seq: number }>()
  const told = new Set<string>()
  const givenUp = new Set<string>()
  /** Ids of the notices of refunds and disputes that stop automatic top-up. */
  /** By the id of their notice. */
  const stops = new Map<string, { readonly account: string; readonly seq: number }>()
  const stoppedOnce = new Set<string>()
  const switched = new Map<string, { readonly at: number; readonly isOn: boolean }[]>()
  const caps = new Map<string, { readonly at: number; readonly paid: bigint; readonly number: number }[]>()
  const captured = new Map<string, Made[]>()
  const safety = (rule: string, detail: string): void => report('safety', rule, detail)

  const page: TopUps['page'] = (stored, auto) => {
    const { account, seq } = stored
    const log = logs.get(account) ?? emptyLog()
    logs.set(account, log)
    const place = `page ${seq} of ${account}`
    const { course: before, wasOffAfterDeclines } = standingOf(log)
    const course = courseAfter(before, stored, auto)
    log.standings.push({
      course,
      auto,
      balance: amount(stored.balance),
      wasOffAfterDeclines: wasOffAfterDeclines || (course.kind === 'off' && (course.tally?.declines ?? 0) >= 3),
    })
    const expected = courseText(course)
    if (stored.topUp !== expected)
      safety('the top-up state follows from the log', `${place}: ${stored.topUp}, not ${expected}`)
    if (course.kind === 'open' && course.of !== before.of) {
      log.opened.set(course.of, seq)
      const each = auto?.amount === undefined ? undefined : amount(auto.amount)
      log.sizes.set(course.of, { buys: amount(course.rest), each })
    }
    const known = switched.get(account) ?? []
    if (known.at(-1)?.isOn !== (auto !== undefined))
      switched.set(account, [...known, { at: stored.writtenAt, isOn: auto !== undefined }])
    if (auto !== undefined) {
      const known = caps.get(account) ?? []
      caps.set(account, [...known, { at: stored.writtenAt, paid: amount(auto.capPaid), number: auto.capNumber }])
    }
    let stopped = before.tally?.stopped ?? ''
    for (const entry of stored.entries) {
      const after = stopAfter(stopped, entry)
      if (after !== stopped && after !== '' && entry.kind !== 'charge')
        stops.set(`${account}#${entry.key}#suspended#${entry.taking}`, { account, seq })
      stopped = after
      if (entry.kind === 'top-up') {
        const payment = entry.payment ?? ''
        if (credits.has(payment)) safety('a payment is credited once', `${payment} in ${place}`)
        credits.set(payment, { ...entry, account, seq })
      }
      if (entry.kind === 'top-up-not-paid') givenUp.add(`${account} ${entry.key}`)
      if (entry.kind === 'top-up-ended') {
        if (log.ended.has(entry.of ?? '')) safety('a top-up ends once', `${entry.of} in ${place}`)
        log.ended.set(entry.of ?? '', { ...entry, seq })
        checkBackoff(entry, before, place)
      }
      if (entry.kind === 'payment-reversal') {
        if (reversals.has(entry.taking ?? ''))
          safety('a refund or dispute is taken back once', `${entry.taking} in ${place}`)
        reversals.set(entry.taking ?? '', { ...entry, account, seq })
      }
    }
  }

  const restored: TopUps['restored'] = (account, cut) => {
    const log = logs.get(account)
    if (log === undefined) return
    log.standings.splice(cut)
    const lose = (from: Map<string, { readonly account?: string; readonly seq: number }>): void => {
      for (const [key, { account: whose = account, seq }] of from) if (whose === account && seq > cut) from.delete(key)
    }
    for (const id of stops.keys()) stoppedOnce.add(id)
    lose(stops)
    lose(credits)
    lose(reversals)
    lose(log.ended)
    for (const [of, seq] of log.opened) if (seq > cut) log.opened.delete(of)
    const known = captured.get(account) ?? []
    const beforeRestore = {
      owed: known.filter(({ status }) => status === 'succeeded'),
      underWay: known.filter(({ status, topUp }) => status === 'processing' && topUp.startsWith('auto-')),
    }
    logs.set(account, { ...log, beforeRestore })
  }

  /** After a restore no card is charged before all that was captured stands in the log, and nothing else is on its way. */
  const checkRestored = ({ account, topUp, method }: Made): void => {
    if (method === undefined) return
    const { owed, underWay } = logs.get(account)?.beforeRestore ?? emptyLog().beforeRestore
    const isLacking = (one: Made): boolean => one.status === 'succeeded' && !credits.has(one.id) && !isBackWhole(one)
    const twice = (one: Made): void =>
      safety('a restore makes no gap that is paid twice', `${topUp} of ${account} beside ${one.id} (${one.topUp})`)
    for (const one of owed) if (isLacking(one)) twice(one)
    // A person may buy beside what is on its way.
    if (!topUp.startsWith('auto-')) return
    for (const one of underWay) if (one.topUp !== topUp && (isLacking(one) || one.status === 'processing')) twice(one)
  }

  /** What persons pay in a day stays within the stage's cap, whatever they want at once. What was given up may turn up. */
  const checkByHand = (one: Made, others: readonly Made[]): void => {
    if (!one.topUp.startsWith('manual-')) return
    const day = dayOf(one.createdAt)
    const same = others.filter(({ topUp, createdAt }) => topUp.startsWith('manual-') && dayOf(createdAt) === day)
    // A payment that waited for the payer's bank has another in its place, paid on a page.
    const payments = new Map([...same, one].map((each) => [each.topUp, each]))
    const counted = [...payments.values()].filter(({ topUp }) => !givenUp.has(`${one.account} ${topUp}`))
    const cents = counted.reduce((sum, { cents: paid }) => sum + paid, 0n)
    if (cents > BY_HAND_A_DAY)
      safety('the cap of purchases by hand is never passed', `${one.topUp} of ${one.account}: ${cents} cents on ${day}`)
  }

  const checkBackoff = ({ reason, until = 0, at }: StoredOther, before: Course, place: string): void => {
    if (reason !== 'declined') return
    const hours = [1, 6, 24][before.tally?.declines ?? 0] ?? 24
    if (until - at < hours * 60 * 60_000 - DECIDED_MS)
      safety('after a decline there is a while of peace', `${place}: ${(until - at) / 60_000} minutes`)
  }

  /** Caps are held against what was taken, or may be, when one more payment is begun (T5). */
  const made: TopUps['made'] = (one) => {
    const { account, topUp } = one
    const known = captured.get(account) ?? []
    captured.set(account, [...known, one])
    const others = known.filter(({ status }) => status !== 'declined' && status !== 'canceled')
    const twin = others.find((other) => other.topUp === topUp && other.status !== 'needs-action')
    if (twin !== undefined) safety('a top-up is paid once', `${topUp} of ${account}: ${twin.id} and ${one.id}`)
    checkRestored(one)
    checkByHand(one, others)
    if (!topUp.startsWith('auto-')) return
    const size = logs.get(account)?.sizes.get(topUp.slice('auto-'.length))
    // One euro is the least that can be bought.
    if (size !== undefined && amount(`${one.cents}`) > size.buys && one.cents > 100n)
      safety('no card is charged more than the log opened', `${topUp} of ${account}: ${one.cents} cents`)
    const latest = switched.get(account)?.at(-1)
    // On a page a person pays, whenever.
    if (one.method !== undefined && latest?.isOn === false && latest.at < one.createdAt - DECIDED_MS)
      safety('nothing is charged after it was switched off', `${topUp} of ${account}`)
    const month = monthOf(one.createdAt)
    const same = others.filter((other) => other.topUp.startsWith('auto-') && other.topUp !== topUp)
    // One that waited for the payer's bank has another in its place, paid on a page.
    const inMonth = [
      ...new Map(
        same.filter(({ createdAt }) => monthOf(createdAt) === month).map((other) => [other.topUp, other]),
      ).values(),
    ]
    const paid = inMonth.reduce((sum, { cents }) => sum + cents, one.cents)
    // The page of a payment that waits for its payer was opened by the caps of then; a person pays on it, whenever.
    const first = known.find((other) => other.topUp === topUp)
    const decidedAt = one.method === undefined && first !== undefined ? first.createdAt : one.createdAt
    const inForce = (caps.get(account) ?? []).filter(({ at }, place, all) => {
      const next = all[place + 1]?.at ?? Number.POSITIVE_INFINITY
      return at <= one.createdAt + DECIDED_MS && next >= decidedAt - DECIDED_MS
    })
    const isWithin = inForce.some((cap) => amount(`${paid}`) <= cap.paid * 100n && inMonth.length + 1 <= cap.number)
    const { each, buys } = size ?? {}
    if (each !== undefined && buys !== undefined && amount(`${one.cents}`) < buys) {
      const isFull = inForce.some((cap) => amount(`${paid}`) + each > cap.paid * 100n)
      if (!isFull) safety('a gap is closed as far as the caps go', `${topUp} of ${account}: ${one.cents} cents`)
    }
    if (!isWithin)
      safety('caps are never passed', `${topUp} of ${account}: ${inMonth.length + 1} in ${month}, ${paid} cents`)
  }

  const published: TopUps['published'] = (type, detail) => {
    const { id, data } = JSON.parse(detail) as { id: string; data: { account: string; topUp: string } }
    const kind = type.replace('groschen.top-up.', '')
    const outcome = `${data.account}#${data.topUp}#${kind}`
    if (id !== outcome && !stops.has(id) && !stoppedOnce.has(id)) safety('a notice has the id of its outcome', detail)
    told.add(id)
  }

  const judge: TopUps['judge'] = (all, { now, isBusy, toldMethod, skewMs }) => {
    const paid = new Set<string>()
    for (const one of all) {
      if (one.status !== 'succeeded') continue
      const whose = `${one.account} ${one.topUp}`
      if (paid.has(whose)) safety('a top-up is paid once', `${whose}: ${one.id} too`)
      paid.add(whose)
      const entry = credits.get(one.id)
      if (entry === undefined) safety('what was taken is credited', `${one.id} of ${one.account}, ${one.topUp}`)
      else if (amount(entry.credits!) !== amount(String(one.cents)) || entry.account !== one.account)
        safety('what was taken is credited as it was', `${one.id}: ${entry.credits}`)
      if (!told.has(`${one.account}#${one.topUp}#succeeded`)) safety('every outcome is told', `${one.topUp} succeeded`)
      let taken = 0n
      for (const { id, cause, cents } of one.takings) {
        taken += comesAgain(cause) ? -cents : cents
        if (!reversals.has(id)) safety('what went back is taken back', `${id} of ${one.id}`)
      }
      const back = one.takings.reduce((sum, { id }) => sum - amount(reversals.get(id)?.credits ?? '0'), 0n)
      // A credit costs a cent here. More than was paid may have gone back, by refund and dispute.
      const owed = taken > one.cents ? one.cents : taken
      if (entry !== undefined && back !== amount(String(owed)))
        safety('what went back takes its credits, and no others', `${one.id}: ${amountText(back)}, not ${owed}`)
    }
    for (const stop of stops.keys()) if (!told.has(stop)) safety('every stop is told', stop)
    const isTaken = new Set(all.filter(({ status }) => status === 'succeeded').map(({ id }) => id))
    for (const [payment, entry] of credits)
      if (!isTaken.has(payment)) safety('only what was taken is credited', `${payment} of ${entry.account}`)
    for (const [account, log] of logs) {
      judgeLog(account, log, now - skewMs - DUE_MS, isBusy)
      judgeMethod(account, standingOf(log), toldMethod(account))
    }
  }

  const judgeLog = (account: string, log: Log, due: number, isBusy: (account: string) => boolean): void => {
    const { opened, ended } = log
    const { course, auto, balance } = standingOf(log)
    const stuck = (what: string): void =>
      report('liveness', 'no account stops being topped up without a word', `${account}: ${what}`)
    if (auto !== undefined && balance < amount(auto.threshold) && (course.kind === 'idle' || course.kind === 'off'))
      stuck(`${course.kind} below its threshold`)
    if ((course.tally?.unsure ?? 0) > 0 && !isBusy(account)) stuck(`not reconciled since ${course.tally?.unsure}`)
    if (course.kind === 'open' && !isBusy(account)) stuck(`open at ${course.of}, and nothing is under way`)
    if (course.kind === 'waiting' && Number(course.rest.split(':')[0]) < due)
      stuck(`waiting at ${course.of} since ${course.rest}`)
    const paid = new Set([...credits.values()].filter((entry) => entry.account === account).map(({ of }) => of))
    for (const of of opened.keys()) {
      if (course.kind === 'open' && course.of === of) continue
      if (!paid.has(of) && !ended.has(of)) stuck(`${of} ended without a reason`)
    }
    for (const [of, { reason }] of ended) {
      const kind = /declined|not-completed|provider-refused/.test(reason ?? '') ? 'failed' : 'skipped'
      if (!told.has(`${account}#auto-${of}#${kind}`))
        safety('every outcome is told', `${account}, auto-${of}: ${reason}`)
    }
  }
  /** Declines suspend until there is another method, and without any it waits; there is none, or it was declined as well. */
  const judgeMethod = (
    account: string,
    { course, wasOffAfterDeclines }: Standing,
    method: string | undefined,
  ): void => {
    if (method === undefined) return
    if (course.kind === 'waiting' && course.rest.endsWith(':no-payment-method'))
      report('liveness', 'a method that is stored is tried', `${account} waits for one, and has ${method}`)
    if (course.kind !== 'suspended' || course.rest !== 'declined' || wasOffAfterDeclines) return
    const last = captured.get(account)?.findLast(({ topUp }) => topUp.startsWith('auto-'))?.method
    if (last !== method)
      report('liveness', 'a method that is stored is tried', `${account}: ${method}, last declined ${last}`)
  }

  return { page, made, restored, published, judge }
}

function stopAfter(stopped: string, entry: StoredPage['entries'][number]): string {
  if (entry.kind === 'top-up-retry' && entry.cause === 'admin') return ''
  if (entry.kind !== 'payment-reversal' || comesAgain(entry.cause ?? '')) return stopped
  return entry.cause === 'dispute' ? 'disputed' : stopped || 'refunded'
}

const isBackWhole = ({ cents, takings }: Made): boolean =>
  takings.reduce((sum, { cause, cents: part }) => sum + (comesAgain(cause) ? -part : part), 0n) >= cents

const comesAgain = (cause: string): boolean => cause === 'dispute-won' || cause === 'refund-failed'

/** As `product/product.ts` sells. */
const BY_HAND_A_DAY = 25_000n

const dayOf = (at: number): string => new Date(at + BERLIN_MS).toISOString().slice(0, 10)

const monthOf = (at: number): string => new Date(at + BERLIN_MS).toISOString().slice(0, 7)
