import { type Amount, amountText } from '../amount.ts'
import type { Report } from '../findings.ts'
import type { Gates } from './gates.ts'
import type { LimitsLog, SpentRow } from './limits-log.ts'
import { isCounted, isOfScope, limitsAt, type PlainLimit } from './standings.ts'

/** How far a limit was passed in a window, and how far it may have been. */
export interface Overspend {
  readonly what: string
  readonly over: Amount
  readonly bound: Amount
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
    let [spent, bound] = [0n, 0n]
    let worst: Overspend | undefined
    for (const [place, row] of log.rows.entries()) {
      const isFirst = row.reservation !== undefined && !named.has(row.reservation)
      if (row.reservation !== undefined) named.add(row.reservation)
      if (isIn(limit, row)) {
        spent += row.credits
        bound += row.isCharge ? beyondHold(account, limit, row, isFirst, gates) : row.credits > 0n ? row.credits : 0n
      }
      if (log.rows[place + 1]?.seq === row.seq) continue
      const over = spent - amounts(row.seq)
      const what = `${limit.key} of ${JSON.stringify(limit.scope)} in ${limit.span.key}, page ${row.seq} of ${account}`
      if (worst === undefined || over - bound > worst.over - worst.bound || (over > worst.over && over <= bound))
        worst = { what, over, bound }
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

/** What it was set to at each page; `undefined`: it was lowered, or set when something was spent already. */
function amountsOf(log: LimitsLog, limit: PlainLimit): ((seq: number) => Amount) | undefined {
  const first = log.rows[0]?.seq ?? 1
  const { user = '', group } = limit.scope
  const at = (seq: number): Amount | undefined =>
    limitsAt(log, seq, { user, group, day: limit.span.from }).find(
      ({ key, span, scope }) => key === limit.key && span.key === limit.span.key && scope.of === limit.scope.of,
    )?.limit
  const amounts: Amount[] = []
  for (let seq = first - 1; seq <= log.head(); seq += 1) {
    const set = at(seq)
    if (set === undefined || set < (amounts.at(-1) ?? 0n)) return undefined
    amounts.push(set)
  }
  return (seq) => amounts[seq - first + 1] ?? 0n
}

/** What a charge costs beyond what it held of a limit. */
function beyondHold(account: string, limit: PlainLimit, row: SpentRow, isFirst: boolean, gates: Gates): Amount {
  const { reservation, committedAt, credits } = row
  const hold =
    reservation === undefined || !isFirst ? undefined : gates.holdBefore(account, limit, reservation, committedAt)
  const taken = reservation === undefined ? undefined : gates.takenOf(reservation)
  if (hold === undefined || taken === undefined) return credits
  const isOfWindow = taken.days.every((day) => limit.span.from <= day && day < limit.span.to)
  if (!isOfWindow || !isCounted(limit, hold) || hold.takenAt >= row.seq) return credits
  return credits > hold.credits ? credits - hold.credits : 0n
}
