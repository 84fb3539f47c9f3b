import { readFileSync } from 'node:fs'
import { unpack } from '../../../shared/ledger/io/page-item.ts'
import { exact } from '../../../shared/money/exact.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import { cardOfStored, type StoredCard } from './full-card.ts'

/** A process that has never seen a card reads one from its stored parts, prices one event, and says how long it took. */
const parts = process.argv.slice(2).map((file) => readFileSync(file))
const began = performance.now()
const lines = parts.flatMap((part) => JSON.parse(unpack(part, 64 * 1024 * 1024)) as StoredCard['rates'])
const card = cardOfStored({ rates: lines, aliases: [] })
const usage = { account: 'acme', category: 'text' as const, service: 'openai/gpt-4.1', variant: '' }
const priced = priceByCard({ ...usage, quantities: new Map([['input_tokens', exact('523')]]) }, card)
const took = performance.now() - began
if (priced.kind !== 'priced') throw new Error(priced.kind)
process.stdout.write(String(took))
