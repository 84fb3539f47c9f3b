import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Provider } from '@pydantic/genai-prices'
import { type Catalogue, cardInForce, noCatalogue } from '../../../shared/pricing/cards/catalogue.ts'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import { saidRate } from '../../../shared/pricing/cards/draft-from-card.ts'
import { neutralChange, priceChanges } from '../../../shared/pricing/cards/price-changes.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { readCatalogue } from '../../../shared/pricing/io/rates-table.ts'
import { isOutdated } from '../../../shared/pricing/rates/basis.ts'
import { dayText, instantText, MINUTE_MS } from '../../../shared/time/instant.ts'
import { misused } from '../lib/failure.ts'
import { demoNeutralVariants, demoRates } from '../lib/first-rate-card.ts'
import { draftCard } from '../lib/import-prices/draft-card.ts'
import { BUNDLED_LIST, bundledProviders, readProviders } from '../lib/import-prices/genai-prices.ts'
import { layersOf, layersText } from '../lib/import-prices/import-layers.ts'
import { type ImportOptions, readImportOptions } from '../lib/import-prices/import-options.ts'
import { changeLines, skippedLines } from '../lib/import-prices/show-draft.ts'
import { readJsonFile } from '../lib/json-file.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { openTables } from '../lib/stored-tables.ts'

/** A change needs ten minutes of notice; whoever reads the draft first needs some more. */
const NOTICE_MS = 20 * MINUTE_MS

/** `npm run import-prices`: a draft of a rate card from a public price list. Publishes nothing. */
async function importPrices(argv: readonly string[]): Promise<number> {
  const options = readImportOptions(argv)
  const { from, data, json, dryRun, vendors, asOf } = options
  const now = Date.now()
  const list = readProviders(await providersOf(from), {
    vendors,
    day: dayText(now),
    asOf: asOf ?? (from === 'genai-prices' ? BUNDLED_LIST.day : undefined),
  })
  const catalogue = await catalogueIn(data)
  const inForce = cardInForce(catalogue.cards, now)
  const layers = layersOf(options, list, inForce, dayText(now))
  const draft = draftCard(list, layers, ownOf(inForce))
  if (list.services.length === 0) throw misused(`${from} has no prices of ${vendors?.join(', ') ?? 'any vendor'}`)

  const note = `${list.name}: ${layersText(layers)}`
  const base = { ...draft, note, actor: 'import-prices', key: 'import-prices' }
  const early = decidePublication(catalogue, { ...base, effectiveFrom: 0 }, now)
  // Prices where there were none may count for what was parked; a change of a price needs its notice.
  const effectiveFrom = early.kind === 'accepted' ? 0 : now + NOTICE_MS
  const decided = early.kind === 'accepted' ? early : decidePublication(catalogue, { ...base, effectiveFrom }, now)
  if (decided.kind === 'refused')
    throw misused(decided.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('\n'))

  const changes = priceChanges(inForce, decided.card)
  const { rates, listPrices, aliases, priceNeutralVariants } = draft
  const content = { rates, listPrices, aliases, ...layers, priceNeutralVariants }
  const body = { effectiveFrom: instantText(effectiveFrom), note, ...content }
  const file = dryRun ? undefined : await writeDraft(options, body)
  const models = new Set(decided.card.rates.map(({ service }) => service)).size
  const isOld = isOutdated(list, now)
  const voice = voiceOn(process.stdout)
  if (json) {
    const summary = { models, rates: decided.card.rates.length, aliases: aliases.length, changes: changes.length }
    voice.line(
      JSON.stringify({
        ...summary,
        effectiveFrom: body.effectiveFrom,
        draft: file ?? null,
        asOf: list.asOf ?? null,
        isOutdated: isOld,
        upcoming: list.upcoming,
        skipped: draft.skipped,
      }),
    )
    return 0
  }
  for (const line of changeLines(changes, neutralChange(inForce, decided.card), inForce)) voice.line(line)
  for (const line of skippedLines(draft.skipped)) voice.line(line)
  for (const { service, from: day } of list.upcoming)
    voice.line(`announced: ${service} costs something else from ${day} on; import again then`)
  if (isOld) voice.line(`These list prices are as of ${list.asOf ?? ''}, more than 90 days ago: look for a newer list.`)
  voice.line(`${models} services, ${decided.card.rates.length} rates, ${aliases.length} aliases; ${note}`)
  voice.line(
    file === undefined
      ? 'Nothing was written.'
      : `The draft is in ${file}: look at it, change it, and publish it by POST /v1/rate-cards.`,
  )
  return 0
}

async function providersOf(from: string): Promise<readonly Provider[]> {
  if (from === 'genai-prices') return bundledProviders()
  const read = await readJsonFile(from)
  if (Array.isArray(read) && read.every((one) => Array.isArray((one as Partial<Provider>).models)))
    return read as readonly Provider[]
  throw misused(
    `${from} is no price list: expected a JSON array of providers with their models, as genai-prices has it`,
  )
}

async function catalogueIn(directory: string): Promise<Catalogue> {
  if (!existsSync(join(directory, 'dynamodb'))) return noCatalogue
  const tables = await openTables(directory)
  try {
    return await readCatalogue(tables.rates, Date.now())
  } finally {
    await tables.close()
  }
}

/** What no list made stays: of the card in force, or, before there is one, the prices of the seed page. */
const ownOf = (inForce: RateCard | undefined) => ({
  rates: inForce === undefined ? demoRates : inForce.rates.filter(({ basis }) => basis === undefined).map(saidRate),
  aliases: [],
  priceNeutralVariants: inForce === undefined ? demoNeutralVariants : (inForce.priceNeutralVariants ?? []),
})

async function writeDraft({ data, out }: ImportOptions, body: unknown): Promise<string> {
  const file = out ?? join(data, 'rate-card-draft.json')
  if (out === undefined) await mkdir(data, { recursive: true })
  await writeFile(file, `${JSON.stringify(body, null, 1)}\n`)
  return file
}

await runCommand(importPrices)
