import { argv } from 'node:process'
import { didYouMean } from '../../shared/text/did-you-mean.ts'
import { type Bench, keepResult } from './results.ts'
import { writeReadme } from './results-readme.ts'

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
