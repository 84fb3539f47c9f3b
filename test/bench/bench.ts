import { argv } from 'node:process'
import { benchStack } from './stack.ts'

/** `npm run bench [-- NAME]`: measures, prints a table, and keeps the figures under `results/`. */
const benches: Readonly<Record<string, () => Promise<void>>> = { stack: benchStack }

const [name] = argv.slice(2)
if (name !== undefined && !(name in benches)) {
  console.error(`no bench ${name}; there are: ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}
for (const [known, bench] of Object.entries(benches)) if (name === undefined || name === known) await bench()
