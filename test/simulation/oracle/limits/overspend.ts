import { type Amount, amountText } from '../amount.ts'
import type { Report } from '../findings.ts'
import type { Gates } from './gates.ts'
import type { LimitsLog, SpentRow } from './limits-log.ts'
import { isCounted, isOfScope, limitsAt, type PlainLimit } from './standings.ts'

/** What a bound is made of. */
export interface Bound {
  /** What charges cost beyond what they held. */
  readonly beyond: Amount
  /** Usage without a hold. */
  readonly unheld: Amount
  /** Charges whose hold was over, or of another window. */
  readonly ended: Amount
  /** What re-ratings added. */
  readonly rerated: Amount
}

/** How far a limit was passed in a window, and how far it may have been. */
export interface Overspend {
  readonly what: string
  readonly over: Amount
  readonly bound: Amount
  readonly parts: Bound
}

/**
 * By how much limits were passed, of those that nobody lowered: at each page no more than what charges cost beyond what they held,
 * what was used without a hold, and what was charged after its hold had expired. A hold counts in the window it was decided in;
 * what a re-rating adds is part of the bound, as nobody could hold it.
 */
export function overspends(account: string, log: LimitsLog, gates: Gates, report: Report): readonly Overspend[] {
  const found: Overspend[] = []
  for (const limit of limitsEver(log)) {
    const amounts = amountsOf(log, limit)
    if (amounts === undefined) continue
    const named = new Set<string>()
    let spent = 0n
    let parts: Bound = { beyond: 0n, unheld: 0n, ended: 0n, rerated: 0n }
    let worst: Overspend | undefined
    for (const [place, row] of log.rows.entries()) {
      const isFirst = row.reservation !== undefined && !named.has(row.reservation)
      if (row.reservation !== undefined) named.add(row.reservation)
      if (isIn(limit, row)) {
        spent += row.credits
        const [name, credits] = beyondHold(account, limit, row, isFirst && amounts.since, gates)
        parts = { ...parts, [name]: parts[name] + credits }
      }
      if (log.rows[place + 1]?.seq === row.seq) continue
      const over = spent - amounts.at(row.seq)
      const bound = parts.beyond + parts.unheld + parts.ended + parts.rerated
      const what = `${limit.key} of ${JSON.stringify(limit.scope)} in ${limit.span.key}, page ${row.seq} of ${account}`
      if (worst === undefined || over - bound > worst.over - worst.bound || (over > worst.over && over <= bound))
        worst = { what, over, bound, parts }
    }
    if (worst === undefined || worst.over <= 0n) continue
    found.push(worst)
    if (worst.over > worst.bound) {
      const detail = `${worst.what}: ${amountText(worst.over)}, not ${amountText(worst.bound)}`
      report('safety', 'overspend is within its bound', detail)
    }
  }
  return found
}

const isIn = (limit: PlainLimit, row: SpentRow): boolean =>
  limit.span.from <= row.day && row.day < limit.span.to && isOfScope(limit, row) && isCounted(limit, row)

function limitsEver(log: LimitsLog): readonly PlainLimit[] {
  const found = new Map<string, PlainLimit>()
  for (const { user, group, day } of log.rows)
    for (const limit of limitsAt(log, log.head(), { user, group, day }))
      found.set(JSON.stringify([limit.key, limit.scope, limit.span.key]), limit)
  return [...found.values()]
}

/** What a limit was set to at each page, and since which it was not lowered; before that nothing was held of it. */
interface Amounts {
  readonly at: (seq: number) => Amount
  readonly since: number
}

/** @returns `undefined`: it was lowered, or set, when something was spent already */
function amountsOf(log: LimitsLog, limit: PlainLimit): Amounts | undefined {
  const first = log.rows[0]?.seq ?? 1
  const { user = '', group } = limit.scope
  const at = (seq: number): Amount | undefined =>
    limitsAt(log, seq, { user, group, day: limit.span.from }).find(
      ({ key, span, scope }) => key === limit.key && span.key === limit.span.key && scope.of === limit.scope.of,
    )?.limit
  const amounts = new Map<number, Amount>()
  let since = 1
  for (let seq = 1; seq <= log.head(); seq += 1) {
    const [set, before] = [at(seq), amounts.get(seq - 1)]
    if (set === undefined || before === undefined || set < before) since = seq
    if (seq >= first && (set === undefined || since >= first)) return undefined
    if (set !== undefined) amounts.set(seq, set)
  }
  return { at: (seq) => amounts.get(seq) ?? 0n, since }
}

/** What a row of the log may pass a limit by. @param since holds are of this limit from this page on; `false`: the hold was charged before */
function beyondHold(
  account: string,
  limit: PlainLimit,
  { reservation, committedAt, credits, isCharge, seq }: SpentRow,
  since: number | false,
  gates: Gates,
): readonly [keyof Bound, Amount] {
  if (!isCharge) return ['rerated', credits > 0n ? credits : 0n]
  const taken = reservation === undefined || since === false ? undefined : gates.takenOf(reservation)
  if (reservation === undefined || taken === undefined || since === false) return ['unheld', credits]
  const hold = gates.holdBefore(account, limit, reservation, committedAt)
  const isOfWindow = taken.days.every((day) => limit.span.from <= day && day < limit.span.to)
  const isHeld = hold !== undefined && hold.takenAt >= since && hold.takenAt < seq
  if (!isHeld || !isOfWindow || !isCounted(limit, hold)) return ['ended', credits]
  return ['beyond', credits > hold.credits ? credits - hold.credits : 0n]
}
