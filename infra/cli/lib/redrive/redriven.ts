import { grouped, tableLines } from '../table.ts'

/** How many events came to what. */
export interface Redriven {
  readonly charged: number
  readonly replayed: number
  readonly parked: number
  readonly ahead: number
  readonly quarantined: number
  readonly failed: number
}

export const noneRedriven: Redriven = { charged: 0, replayed: 0, parked: 0, ahead: 0, quarantined: 0, failed: 0 }

export const together = (one: Redriven, other: Redriven): Redriven => ({
  charged: one.charged + other.charged,
  replayed: one.replayed + other.replayed,
  parked: one.parked + other.parked,
  ahead: one.ahead + other.ahead,
  quarantined: one.quarantined + other.quarantined,
  failed: one.failed + other.failed,
})

const WORDS = [
  ['charged', 'once each, at the rates of their own time'],
  ['replayed', 'charged before, nothing is charged again'],
  ['parked', 'no price yet: GET /v1/parked says what is missing'],
  ['ahead', 'their time has not come: charged by themselves then'],
  ['quarantined', 'not valid: GET /v1/quarantine says why'],
  ['failed', 'not possible at this moment: run it again'],
] as const

/** A line for each thing that became of some. */
export function redrivenLines(all: Redriven, list: string): readonly string[] {
  const rows = WORDS.filter(([name]) => all[name] > 0).map(([name, why]) => [name, grouped(String(all[name])), why])
  if (rows.length === 0) return [`no event of the ${list} fits`]
  return tableLines(
    [
      { title: 'What became of them', align: 'left' },
      { title: 'Events', align: 'right' },
      { title: 'Why', align: 'left' },
    ],
    rows,
  )
}
