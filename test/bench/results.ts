import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

/** What `npm run bench -- NAME` measures. */
export interface Bench {
  readonly title: string
  /** How it is measured, and what it does not show. */
  readonly about: string
  readonly measure: () => Promise<Result>
}

/** One row of a table, by column. */
export type Figures = Readonly<Record<string, string | number>>

export interface Table {
  readonly title: string
  readonly rows: readonly Figures[]
  /** What to know when reading it. */
  readonly notes?: readonly string[]
}

/** A figure that was promised. */
export interface Target {
  readonly figure: string
  readonly promised: string
  readonly measured: string
  readonly met: boolean
  /** Why, where it falls short. */
  readonly reason?: string
}

export interface Result {
  readonly tables: readonly Table[]
  readonly targets?: readonly Target[]
}

export interface KeptResult extends Result, Omit<Bench, 'measure'> {
  readonly command: string
  readonly date: string
  readonly machine: { readonly cores: number; readonly model: string; readonly node: string }
}

export const RESULTS = fileURLToPath(new URL('results/', import.meta.url))

/** Prints the figures, and keeps them with the machine and the date. */
export function keepResult(bench: string, { title, about }: Bench, { tables, targets = [] }: Result): void {
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version }
  const command = `npm run bench -- ${bench}`
  const kept: KeptResult = { title, about, command, date: new Date().toISOString(), machine, tables, targets }
  writeFileSync(`${RESULTS}${bench}.json`, `${JSON.stringify(kept, null, 2)}\n`)
  for (const { title: name, rows } of tables) {
    console.log(name)
    console.table(rows)
  }
  if (targets.length > 0) console.table(targets)
}

/** The figures of an earlier run, if there was one. */
export function keptResult(name: string): KeptResult | undefined {
  const path = `${RESULTS}${name}.json`
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as KeptResult) : undefined
}

/** A target that measured numbers have to stay below, or reach. */
export function target(
  figure: string,
  promise: { readonly atMost: number } | { readonly atLeast: number },
  measured: number,
  { unit = '', reason }: { readonly unit?: string; readonly reason?: string } = {},
): Target {
  const [bound, met, sign] =
    'atMost' in promise
      ? ([promise.atMost, measured <= promise.atMost, '≤'] as const)
      : ([promise.atLeast, measured >= promise.atLeast, '≥'] as const)
  return {
    figure,
    promised: `${sign} ${bound}${unit}`,
    measured: `${significant(measured)}${unit}`,
    met,
    ...(!met && reason !== undefined && { reason }),
  }
}

/** Three digits are more than these figures are good for; whole numbers stay whole. */
export function significant(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
