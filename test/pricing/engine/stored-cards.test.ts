import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../shared/aws/table.ts'
import type { ChargeEntry } from '../../../shared/ledger/entries/charge.ts'
import { pack } from '../../../shared/ledger/io/page-item.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import { draftFromCard } from '../../../shared/pricing/cards/draft-from-card.ts'
import { putRateCard, type RatesTable, readCatalogue } from '../../../shared/pricing/io/rates-table.ts'
import { findingsOfPrice } from '../../../shared/pricing/rerate/verify-prices.ts'
import { variantOf } from '../../../shared/usage/variant.ts'
import { draftOf, forAnyVariant, priceOfOne, rate, used } from '../../world/cards.ts'
import { startTables, type Tables } from '../../world/tables.ts'

const NOW = Date.UTC(2026, 10, 24)
const RATES = [
  rate('*', 'tool_calls', '0.005'),
  rate('v/m', 'images', '1'),
  rate('v/m', 'images', '3', '1', { quality: 'high' }),
]

let tables: Tables
let table: RatesTable
beforeAll(async () => {
  tables = await startTables()
  table = new Table(tables.documents, tables.names.rates)
  // Item by item as it was written before rates said what becomes of unlisted variants.
  const put = async (Item: Readonly<Record<string, unknown>>) =>
    void (await tables.documents.send(new PutCommand({ TableName: table.name, Item })))
  await put({ card: '00000001#abc', part: '00000000', rates: pack(JSON.stringify(RATES)) })
  const manifest = { version: 1, effectiveFrom: 0, publishedAt: 1, hash: 'abc', note: 'old', actor: 'olga', key: 'k' }
  await put({ card: 'manifests', part: '00000001', ...manifest, count: RATES.length })
})
afterAll(() => tables.stop())

const catalogue = () => readCatalogue(table, NOW)

/** A charge of one image, or of one tool call, of another variant than the card lists. */
const chargeOf = (rateCard: number, amount: string): ChargeEntry => ({
  kind: 'charge',
  source: '/app',
  id: 'one',
  boundAt: undefined,
  time: 1,
  user: 'u',
  group: undefined,
  reservation: undefined,
  category: 'image',
  service: 'v/m',
  variant: variantOf({ quality: 'low' }),
  quantities: used(['images', '1']),
  rateCard,
  credits: credits(amount),
})

describe('a card that was stored before rates said what becomes of unlisted variants', () => {
  test('still prices what it has charged, and verify finds nothing wrong', async () => {
    const { cards } = await catalogue()
    expect(findingsOfPrice('acme', chargeOf(1, '100'), 0, cards)).toEqual([])
    expect(findingsOfPrice('acme', chargeOf(1, '300'), 0, cards)).toMatchObject([{ check: 'price' }])
  })

  test('is followed by one that parks them, and keeps its own rule beside it', async () => {
    const before = await catalogue()
    const content = draftFromCard(before.cards[0]!)
    expect(content.rates.map(({ unlistedVariant }) => unlistedVariant)).toEqual(['base', 'base', undefined])

    const draft = draftOf({ ...content, rates: RATES, priceNeutralVariants: [{ name: 'region' }] })
    expect(decidePublication(before, draft, NOW)).toMatchObject({ kind: 'refused' })
    const decided = decidePublication(before, { ...draft, effectiveFrom: NOW + 3_600_000 }, NOW)
    if (decided.kind !== 'accepted') throw new Error(JSON.stringify(decided.faults))
    expect(await putRateCard(table, decided.card)).toBe('published')

    const [old, next] = (await catalogue()).cards
    expect(next?.priceNeutralVariants).toEqual([{ name: 'region' }])
    expect(priceOfOne(old!, 'v/m', 'images', { quality: 'low' })).toBe('100')
    expect(priceOfOne(next!, 'v/m', 'images', { quality: 'low' })).toBe('rate.variant')
    expect(priceOfOne(next!, 'v/m', 'images', { quality: 'high', region: 'eu' })).toBe('300')
  })

  test('is edited without a change of any price: its draft says that its prices are meant for every variant', async () => {
    const before = await catalogue()
    const same = decidePublication(
      { ...before, cards: before.cards.slice(0, 1) },
      draftOf(draftFromCard(before.cards[0]!)),
      NOW,
    )
    if (same.kind !== 'accepted') throw new Error(JSON.stringify(same.faults))
    expect(same.card.rates.map(({ unlistedVariant }) => unlistedVariant)).toEqual(['base', 'base', 'park'])
    const [tool, images] = RATES
    expect(draftFromCard(same.card).rates.slice(0, 2)).toEqual([tool, images].map((one) => forAnyVariant(one!)))
  })
})
