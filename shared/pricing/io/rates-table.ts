import * as z from 'zod/mini'
import type { Item, Table } from '../../aws/table.ts'
import { pack, unpack } from '../../ledger/io/page-item.ts'
import { utf8Length } from '../../text/utf8.ts'
import type { Instant } from '../../time/instant.ts'
import { type Catalogue, noCatalogue, type Withdrawal } from '../cards/catalogue.ts'
import { publishedCard, type RateCard, type RateCardManifest } from '../cards/rate-card.ts'
import type { Alias } from '../cards/rate-card-draft.ts'
import { type Layers, noLayers } from '../rates/markup.ts'
import type { PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import { type PublishedRate, publishedRate } from '../rates/rate.ts'

/** The rate-card table: parts first, the manifest last, so that a card is visible whole or not at all. Nothing is ever changed. */
export type RatesTable = Table

/** `taken`: another process published this version first; decide again. */
export type PutVersion = 'published' | 'taken'

/** All manifests stand in one partition, in the order of their versions. */
const MANIFESTS = 'manifests'

const numberSchema = z.coerce.number()

/** A card's manifest as it is stored. */
const cardItemSchema = z.object({
  version: numberSchema,
  effectiveFrom: numberSchema,
  publishedAt: numberSchema,
  hash: z.string(),
  note: z.string(),
  actor: z.string(),
  key: z.string(),
  priceNeutralVariants: z.optional(z.custom<readonly PriceNeutralVariant[]>()),
  /** Lines in all parts. */
  count: numberSchema,
})

const withdrawalItemSchema = z.object({
  of: numberSchema,
  version: numberSchema,
  at: numberSchema,
  actor: z.string(),
  key: z.string(),
  reason: z.string(),
})

/** Rates and aliases of a part, as many as fit: packed they take less, so a part stays below the 400 KB of an item. */
const LINES_A_PART = 500
const PART_BYTES = 300 * 1024
const UNPACKED_BYTES = 4 * 1024 * 1024

const numbered = (number: number): string => String(number).padStart(8, '0')
const cardKey = (version: number, hash: string): string => `${numbered(version)}#${hash}`

/**
 * Reads all published versions, as of the moment this began.
 *
 * @param known cards that were read before; they are not read again, since none ever changes
 */
export async function readCatalogue(
  table: RatesTable,
  now: Instant,
  known: Catalogue = noCatalogue,
): Promise<Catalogue> {
  const manifests = await partsFrom(table, MANIFESTS, numbered(known.latest + 1))
  const published = await Promise.all(manifests.filter(isCard).map((item) => readCard(table, item)))
  const withdrawals = manifests.filter((item) => !isCard(item)).map((item) => withdrawalItemSchema.parse(item))
  const byVersion = new Map(withdrawals.map((withdrawal) => [withdrawal.of, withdrawal]))
  const all = [...known.cards, ...published]
  return {
    cards: all.filter(({ version }) => !byVersion.has(version)),
    withdrawn: [
      ...known.withdrawn,
      ...all.flatMap((card) => {
        const withdrawal = byVersion.get(card.version)
        return withdrawal === undefined ? [] : [{ card, withdrawal }]
      }),
    ],
    latest: known.latest + manifests.length,
    fetchedAt: now,
  }
}

const isCard = (manifest: Item): boolean => manifest['of'] === undefined

/** Publishes a card. */
export async function putRateCard(table: RatesTable, card: RateCard): Promise<PutVersion> {
  const layers = card.layers === noLayers ? [] : [{ layers: card.layers }]
  const lines: readonly Line[] = [...layers, ...card.aliases, ...card.rates.map(publishedRate)]
  for (const [part, text] of partsOf(lines).entries())
    await table.put({ card: cardKey(card.version, card.hash), part: numbered(part), rates: pack(text) })
  return await putManifest(table, { ...manifestOf(card), count: lines.length })
}

/** The lines of a card as the texts of its parts. */
function partsOf(lines: readonly Line[]): readonly string[] {
  const parts: string[][] = []
  let room = 0
  for (const line of lines) {
    const text = JSON.stringify(line)
    const part = parts.at(-1)
    const bytes = utf8Length(text) + 1
    if (part === undefined || part.length === LINES_A_PART || bytes > room) {
      parts.push([text])
      room = PART_BYTES - bytes
    } else {
      part.push(text)
      room -= bytes
    }
  }
  return parts.map((part) => `[${part.join(',')}]`)
}

const manifestOf = (card: RateCardManifest): RateCardManifest => {
  const { version, effectiveFrom, publishedAt, hash, note, actor, key, priceNeutralVariants } = card
  return { version, effectiveFrom, publishedAt, hash, note, actor, key, priceNeutralVariants }
}

/** Publishes a withdrawal, as a version of its own. */
export const putWithdrawal = (table: RatesTable, withdrawal: Withdrawal): Promise<PutVersion> =>
  putManifest(table, withdrawal)

async function putManifest(
  table: RatesTable,
  manifest: (RateCardManifest & { readonly count: number }) | Withdrawal,
): Promise<PutVersion> {
  const item = { card: MANIFESTS, part: numbered(manifest.version), ...manifest }
  return (await table.putIf(item, 'attribute_not_exists(card)')) ? 'published' : 'taken'
}

/** @throws Error when a part is missing */
async function readCard(table: RatesTable, item: Item): Promise<RateCard> {
  const { count, priceNeutralVariants, ...manifest } = cardItemSchema.parse(item)
  const parts = await partsFrom(table, cardKey(manifest.version, manifest.hash), numbered(0))
  const lines = parts.flatMap(linesOf)
  if (lines.length !== count)
    throw new Error(`rate card ${manifest.version} has ${lines.length} rates and aliases, its manifest says ${count}`)
  const aliases = lines.filter(isAlias)
  const rates = lines.filter((line) => !isAlias(line) && !isLayers(line)) as readonly PublishedRate[]
  return publishedCard({ ...manifest, priceNeutralVariants }, rates, aliases, lines.find(isLayers)?.layers)
}

type Line = PublishedRate | Alias | { readonly layers: Layers }

const isAlias = (line: Line): line is Alias => 'alias' in line
const isLayers = (line: Line): line is { readonly layers: Layers } => 'layers' in line

/** As they were checked at publication: thousands of rates are not checked again by every cold function. */
const linesOf = (part: Item): readonly Line[] =>
  JSON.parse(unpack(part['rates'] as Uint8Array, UNPACKED_BYTES)) as readonly Line[]

const partsFrom = (table: RatesTable, card: string, from: string): Promise<readonly Item[]> =>
  table.all({ where: 'card = :card AND #part >= :from', values: { card, from } })
