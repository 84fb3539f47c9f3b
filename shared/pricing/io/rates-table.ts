import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { pack, unpack } from '../../ledger/io/commit/pack.ts'
import { utf8Length } from '../../text/utf8.ts'
import type { Instant } from '../../time/instant.ts'
import { type Catalogue, noCatalogue, type Withdrawal } from '../cards/catalogue.ts'
import { publishedCard, type RateCard, type RateCardManifest } from '../cards/rate-card.ts'
import type { Alias } from '../cards/rate-card-draft.ts'
import { type Layers, noLayers } from '../rates/markup.ts'
import type { PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import { type PublishedRate, publishedRate } from '../rates/rate.ts'

/** The rate-card table: parts first, the manifest last, so that a card is visible whole or not at all. Nothing is ever changed. */
export interface RatesTable {
  readonly documents: Documents
  readonly name: string
}

/** All manifests stand in one partition, in the order of their versions. */
const MANIFESTS = 'manifests'

/** Rates and aliases a part, as many as fit: packed they take less, so a part stays below the 400 KB of an item. */
const LINES_A_PART = 500
const PART_BYTES = 300 * 1024
const UNPACKED_BYTES = 4 * 1024 * 1024

const numbered = (number: number): string => String(number).padStart(8, '0')
const cardKey = (version: number, hash: string): string => `${numbered(version)}#${hash}`

/**
 * All published versions, as of the moment this began.
 *
 * @param known what was read before; its cards are not read again, since none ever changes
 */
export async function readCatalogue(
  table: RatesTable,
  now: Instant,
  known: Catalogue = noCatalogue,
): Promise<Catalogue> {
  const manifests = await queryAll(table, MANIFESTS, numbered(known.latest + 1))
  const cards = await Promise.all(manifests.filter(isCard).map((item) => readCard(table, item)))
  const withdrawals = manifests.filter((item) => !isCard(item)).map(readWithdrawal)
  return withWithdrawals(
    {
      cards: [...known.cards, ...cards],
      withdrawn: known.withdrawn,
      latest: known.latest + manifests.length,
      fetchedAt: now,
    },
    withdrawals,
  )
}

const isCard = (manifest: Readonly<Record<string, unknown>>): boolean => manifest['of'] === undefined

function withWithdrawals(catalogue: Catalogue, withdrawals: readonly Withdrawal[]): Catalogue {
  const byVersion = new Map(withdrawals.map((withdrawal) => [withdrawal.of, withdrawal]))
  const taken = catalogue.cards.flatMap((card) => {
    const withdrawal = byVersion.get(card.version)
    return withdrawal === undefined ? [] : [{ card, withdrawal }]
  })
  const cards = catalogue.cards.filter(({ version }) => !byVersion.has(version))
  return { ...catalogue, cards, withdrawn: [...catalogue.withdrawn, ...taken] }
}

/** Publishes a card. `taken`: its version was published by somebody else meanwhile; decide again. */
export async function putRateCard(table: RatesTable, card: RateCard): Promise<'published' | 'taken'> {
  const key = cardKey(card.version, card.hash)
  const layers = card.layers === noLayers ? [] : [{ layers: card.layers }]
  const lines: readonly Line[] = [...layers, ...card.aliases, ...card.rates.map(publishedRate)]
  for (const [part, text] of partsOf(lines).entries()) {
    const Item = { card: key, part: numbered(part), rates: pack(text) }
    await table.documents.send(new PutCommand({ TableName: table.name, Item }))
  }
  return await putManifest(table, card.version, { ...manifestOf(card), count: lines.length })
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

/** Publishes a withdrawal, as a version of its own. `taken`: as with a card. */
export const putWithdrawal = async (table: RatesTable, withdrawal: Withdrawal): Promise<'published' | 'taken'> =>
  await putManifest(table, withdrawal.version, { ...withdrawal })

async function putManifest(
  table: RatesTable,
  version: number,
  manifest: Readonly<Record<string, unknown>>,
): Promise<'published' | 'taken'> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: { card: MANIFESTS, part: numbered(version), ...manifest },
        ConditionExpression: 'attribute_not_exists(card)',
      }),
    )
    return 'published'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'taken'
    throw error
  }
}

const readWithdrawal = (item: Readonly<Record<string, unknown>>): Withdrawal => ({
  of: Number(item['of']),
  version: Number(item['version']),
  at: Number(item['at']),
  actor: String(item['actor']),
  key: String(item['key']),
  reason: String(item['reason']),
})

const manifestOf = ({
  version,
  effectiveFrom,
  publishedAt,
  hash,
  note,
  actor,
  key,
  priceNeutralVariants,
}: RateCardManifest) => ({
  version,
  effectiveFrom,
  publishedAt,
  hash,
  note,
  actor,
  key,
  ...(priceNeutralVariants && { priceNeutralVariants }),
})

async function readCard(table: RatesTable, item: Readonly<Record<string, unknown>>): Promise<RateCard> {
  const manifest: RateCardManifest = {
    version: Number(item['version']),
    effectiveFrom: Number(item['effectiveFrom']),
    publishedAt: Number(item['publishedAt']),
    hash: String(item['hash']),
    note: String(item['note']),
    actor: String(item['actor']),
    key: String(item['key']),
    priceNeutralVariants: item['priceNeutralVariants'] as readonly PriceNeutralVariant[] | undefined,
  }
  const parts = await queryAll(table, cardKey(manifest.version, manifest.hash), numbered(0))
  const lines = parts.flatMap(linesOf)
  if (lines.length !== Number(item['count'])) {
    throw new Error(
      `rate card ${manifest.version} has ${lines.length} rates and aliases, its manifest says ${String(item['count'])}`,
    )
  }
  const aliases = lines.filter(isAlias)
  const rates = lines.filter((line) => !isAlias(line) && !isLayers(line)) as readonly PublishedRate[]
  return publishedCard(manifest, rates, aliases, lines.find(isLayers)?.layers)
}

type Line = PublishedRate | Alias | { readonly layers: Layers }

const isAlias = (line: Line): line is Alias => 'alias' in line
const isLayers = (line: Line): line is { readonly layers: Layers } => 'layers' in line

const linesOf = (part: Readonly<Record<string, unknown>>): readonly Line[] =>
  JSON.parse(unpack(part['rates'] as Uint8Array, UNPACKED_BYTES)) as readonly Line[]

async function queryAll(
  table: RatesTable,
  card: string,
  fromPart: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const items: Record<string, unknown>[] = []
  let after: Record<string, unknown> | undefined
  do {
    const { Items, LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'card = :card AND #part >= :from',
        ExpressionAttributeNames: { '#part': 'part' },
        ExpressionAttributeValues: { ':card': card, ':from': fromPart },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    items.push(...(Items ?? []))
    after = LastEvaluatedKey
  } while (after !== undefined)
  return items
}
