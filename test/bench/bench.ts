import { writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { didYouMean } from '../../shared/text/did-you-mean.ts'
import { type Bench, type Figures, type KeptResult, keepResult, keptResult, RESULTS, type Target } from './results.ts'

const HEAD = `# What was measured

Written by \`npm run bench\` from the JSON files beside it; no figure here was typed by hand. Ratios travel between
machines, speeds do not. Units and requests are counted at the wire by DynamoDB's documented rules, not by time.
`

/** Writes `results/README.md` from every result there is, in this order. */
export function writeReadme(benches: readonly string[]): void {
  const kept = benches.map(keptResult).filter((result) => result !== undefined)
  const targets = kept.flatMap((result) => result.targets ?? [])
  const text = [
    HEAD,
    ...(targets.length > 0 ? ['## Against what was promised\n', tableText(targets.map(targetRow))] : []),
    ...kept.map(sectionOf),
  ].join('\n')
  writeFileSync(`${RESULTS}README.md`, `${text.trimEnd()}\n`)
}

function sectionOf({ title, about, command, date, machine, tables }: KeptResult): string {
  const where = `\`${command}\`, ${date.slice(0, 10)}, ${machine.cores} × ${machine.model}, Node ${machine.node}.`
  const parts = tables.map(({ title: name, rows, notes = [] }) =>
    [
      `### ${name}\n`,
      tableText(rows),
      ...(notes.length > 0 ? [`${notes.map((note) => `- ${note}`).join('\n')}\n`] : []),
    ].join('\n'),
  )
  return `## ${title}\n\n${about}\n\n${where}\n\n${parts.join('\n')}`
}

const targetRow = ({ figure, promised, measured, met, reason }: Target): Figures => ({
  figure,
  promised,
  measured,
  '': met ? 'met' : `**falls short**${reason ? `: ${reason}` : ''}`,
})

function tableText(rows: readonly Figures[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return `${[
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ''))),
  ].join('\n')}\n`
}

/**
 * `npm run bench [-- NAME]`: measures, prints tables, and keeps the figures under `results/`.
 *
 * In the order of the README there. Each is loaded when it runs: most need nothing that others compare with.
 */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  log: async () => (await import('./log.ts')).benchLog,
  folds: async () => (await import('./folds.ts')).benchFolds,
  limits: async () => (await import('./limits.ts')).benchLimits,
  designs: async () => (await import('./designs/designs.ts')).benchDesigns,
  pricing: async () => (await import('./pricing/pricing.ts')).benchPricing,
  consumer: async () => (await import('./consumer.ts')).benchConsumer,
  'cold-start': async () => (await import('./cold-start.ts')).benchColdStart,
  cost: async () => (await import('./cost/cost.ts')).benchCost,
  stack: async () => (await import('./stack.ts')).benchStack,
  'top-ups': async () => (await import('./top-ups.ts')).benchTopUps,
}

const [name] = argv.slice(2)
if (name !== undefined && !(name in benches)) {
  const known = Object.keys(benches)
  console.error(`no bench ${name}${didYouMean(name, known)} (there are: ${known.join(', ')})`)
  process.exit(2)
}
for (const [known, load] of Object.entries(benches)) {
  if (name !== undefined && name !== known) continue
  try {
    const bench = await load()
    keepResult(known, bench, await bench.measure())
    writeReadme(Object.keys(benches))
  } catch (error) {
    console.error(`${known}: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
