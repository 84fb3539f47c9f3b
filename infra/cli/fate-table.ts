import type { Became } from './outcome-of-events.ts'
import { grouped, tableLines } from './table.ts'

const SHOWN_CHARACTERS = 80

const CHARGED_ONCE = 'once each, at the rates of their own time'
const REPLAYED = 'copies: the charge stands in the log already, nothing is charged again'

/** What became of many events: one line for each fate and reason, with the first detail as an example. */
export function fateLines(became: readonly Became[]): readonly string[] {
  const groups = new Map<string, { count: number; why: string }>()
  for (const one of became) {
    const { name, why } = groupOf(one)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { count: 1, why })
    else group.count += 1
  }
  const rows = [...groups]
    .sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
    .map(([name, { count, why }]) => [name, grouped(String(count)), shortened(why)])
  return tableLines(
    [
      { title: 'What became of them', align: 'left' },
      { title: 'Events', align: 'right' },
      { title: 'Why', align: 'left' },
    ],
    rows,
  )
}

const ORDER = ['charged', 'replayed', 'parked', 'quarantined', 'unsettled']
const rankOf = (name: string): number => ORDER.indexOf(name.split(' ')[0] ?? '')

function groupOf(one: Became): { readonly name: string; readonly why: string } {
  switch (one.kind) {
    case 'charged':
      return { name: 'charged', why: CHARGED_ONCE }
    case 'replayed':
      return { name: 'replayed', why: REPLAYED }
    case 'parked':
      return { name: `parked  ${one.reason}`, why: one.detail }
    case 'quarantined':
      return { name: `quarantined  ${one.reason}`, why: `e.g. ${one.path} ${one.detail}`.replace('  ', ' ') }
    case 'unsettled':
      return { name: 'unsettled', why: 'neither charged nor held' }
  }
}

const shortened = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text
