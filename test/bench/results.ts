import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

export type Figures = Readonly<Record<string, string | number>>

/** Prints the figures, and keeps them with the machine and the date. */
export function keepResults(name: string, rows: readonly Figures[]): void {
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version }
  const path = fileURLToPath(new URL(`results/${name}.json`, import.meta.url))
  writeFileSync(
    path,
    `${JSON.stringify({ command: `npm run bench -- ${name}`, date: new Date().toISOString(), machine, rows }, null, 2)}\n`,
  )
  console.table(rows)
}
