import { byName } from '../../../../shared/text/order.ts'
import { grouped, tableLines } from '../table.ts'
import type { Became } from './outcome-of-events.ts'

const COPY = 'copies: the charge stands in the log already, nothing is charged again'
const EARLIER = 'charged by an earlier run, before this one sent them again'

/** Follows where events were parked. */
export const PARKED_NOTE =
  'A parked event is not lost: publish a rate card with a price for it (POST /v1/rate-cards; where there was no price, effectiveFrom may lie in the past), and it is charged by itself within two minutes, at the price of its own time. GET /v1/parked/groups shows what waits.'

/**
 * What became of many events: a row for each fate and reason, with the first detail as an example.
 *
 * @param earlier why something was charged before
 */
export function fateTable(became: readonly Became[], width: number, earlier = EARLIER): readonly string[] {
  const groups = Map.groupBy(became, nameOf)
  const rows = [...groups]
    .sort((a, b) => rankOf(a[0]) - rankOf(b[0]) || byName(a, b))
    .map(([name, [first, ...others]]) => [name, grouped(others.length + 1), first ? reasonOf(first, earlier) : ''])
  return tableLines(['What became of them', '>Events', 'Why'], rows, { width })
}

const ORDER = ['charged', 'replayed', 'parked', 'ahead', 'quarantined', 'unsettled']
const rankOf = (name: string): number => ORDER.indexOf(name.split(' ')[0] ?? '')

function nameOf(one: Became): string {
  if ('reason' in one) return `${one.kind}  ${one.reason}`
  return one.kind === 'replayed' && one.of === 'earlier' ? 'replayed  charged before' : one.kind
}

function reasonOf(one: Became, earlier: string): string {
  switch (one.kind) {
    case 'charged':
      return 'once each, at the rates of their own time'
    case 'replayed':
      return one.of === 'copy' ? COPY : earlier
    case 'parked':
      return one.detail
    case 'ahead':
      return `their time has not come: charged by themselves, e.g. from ${one.until} on`
    case 'quarantined':
      return `e.g. ${one.path} ${one.detail}`.replace('  ', ' ')
    case 'unsettled':
      return 'neither charged nor held'
  }
}
