import { byName } from '../../../../shared/text/order.ts'
import { grouped, tableLines } from '../table.ts'
import type { Became } from './outcome-of-events.ts'

const CHARGED_ONCE = 'once each, at the rates of their own time'
const COPY = 'copies: the charge stands in the log already, nothing is charged again'
const EARLIER = 'charged by an earlier run, before this one sent them again'

/**
 * What became of many events: a row for each fate and reason, with the first detail as an example.
 *
 * @param earlier why something was charged before
 */
export function fateLines(became: readonly Became[], width: number, earlier = EARLIER): readonly string[] {
  const groups = new Map<string, { count: number; why: string }>()
  for (const one of became) {
    const { name, why } = groupOf(one, earlier)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { count: 1, why })
    else group.count += 1
  }
  const rows = [...groups]
    .sort((a, b) => rankOf(a[0]) - rankOf(b[0]) || byName(a, b))
    .map(([name, { count, why }]) => [name, grouped(String(count)), why])
  return tableLines(
    [
      { title: 'What became of them', align: 'left' },
      { title: 'Events', align: 'right' },
      { title: 'Why', align: 'left' },
    ],
    rows,
    width,
  )
}

const ORDER = ['charged', 'replayed', 'parked', 'ahead', 'quarantined', 'unsettled']
const rankOf = (name: string): number => ORDER.indexOf(name.split(' ')[0] ?? '')

function groupOf(one: Became, earlier: string): { readonly name: string; readonly why: string } {
  switch (one.kind) {
    case 'charged':
      return { name: 'charged', why: CHARGED_ONCE }
    case 'replayed':
      return one.of === 'copy' ? { name: 'replayed', why: COPY } : { name: 'replayed  charged before', why: earlier }
    case 'parked':
      return { name: `parked  ${one.reason}`, why: one.detail }
    case 'ahead':
      return { name: 'ahead', why: `their time has not come: charged by themselves, e.g. from ${one.until} on` }
    case 'quarantined':
      return { name: `quarantined  ${one.reason}`, why: `e.g. ${one.path} ${one.detail}`.replace('  ', ' ') }
    case 'unsettled':
      return { name: 'unsettled', why: 'neither charged nor held' }
  }
}
