import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InvalidArgumentError } from '@commander-js/extra-typings'
import type { Provider } from '@pydantic/genai-prices'
import { type Catalogue, cardInForce, noCatalogue } from '../../../shared/pricing/cards/catalogue.ts'
import { neutralChange, priceChanges } from '../../../shared/pricing/cards/price-changes.ts'
import { readCatalogue } from '../../../shared/pricing/io/rates-table.ts'
import { draftAfter, earliestPublication, isWithoutScope } from '../../../shared/pricing/price-lists/draft-after.ts'
import { BUNDLED_LIST, bundledProviders, readGenaiPrices } from '../../../shared/pricing/price-lists/genai-prices.ts'
import { isOutdated } from '../../../shared/pricing/rates/basis.ts'
import type { Layers } from '../../../shared/pricing/rates/markup.ts'
import { dayText, instantText } from '../../../shared/time/instant.ts'
import { changeLines, skippedLines } from '../lib/change-lines.ts'
import { newCommand } from '../lib/command.ts'
import { readJsonFile } from '../lib/data-folder.ts'
import { misused } from '../lib/failure.ts'
import { demoLayers, demoNeutralVariants, demoRates } from '../lib/first-rate-card.ts'
import { OPTIONS, readDay } from '../lib/options.ts'
import type { Place } from '../lib/place.ts'
import { withTables } from '../lib/stored-tables.ts'
import { counted } from '../lib/table.ts'
import { writeLine } from '../lib/voice.ts'

/** `groschen import-prices`: a draft of a rate card from a public price list. Publishes nothing. */
export const importPrices = newCommand(
  'import-prices',
  'Makes a draft of a rate card from public list prices: every model and meter that the list has, in euros by an exchange rate and a markup, beside the prices of your own that are in force. Shows what would change. Publishes nothing.',
  'npx groschen import-prices --dry-run --json',
)
  .option('--from <list>', 'genai-prices (the npm package), or a JSON file of the same form', 'genai-prices')
  .option('--vendors <ids>', 'these vendors alone, with commas between them; default: all but resellers', readVendors)
  .option(
    '--exchange-rate <euros>',
    "euros for one unit of the list's currency; default: that in force, at first 0.8643",
    digits(
      /^(?=.*[1-9])(?:0|[1-9]\d{0,5})(?:\.\d{1,10})?$/,
      "euros for one unit of the list's currency, such as 0.8643",
    ),
  )
  .option(
    '--markup <percent>',
    'what is added, in percent; default: the rules in force, at first 20',
    digits(/^-?(?:0|[1-9]\d{0,3})(?:\.\d{1,6})?$/, 'percent, such as 20'),
  )
  .option('--as-of <day>', 'when the prices of the list were looked up; of genai-prices its release', readDay)
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .option('--out <file>', 'where the draft goes; default: rate-card-draft.json in the data folder')
  .option('--dry-run', 'write nothing', false)
  .option('--json', 'one JSON object: counts, skipped prices, the name of the draft', false)
  .action(async ({ from, vendors, exchangeRate, markup, asOf, out, dryRun, json, ...place }) => {
    const now = Date.now()
    const day = dayText(now)
    const list = readGenaiPrices(await providersOf(from), {
      vendors,
      day,
      asOf: asOf ?? (from === 'genai-prices' ? BUNDLED_LIST.day : undefined),
    })
    if (list.services.length === 0) throw misused(`${from} has no prices of ${vendors?.join(', ') ?? 'any vendor'}`)
    const catalogue = await catalogueOf(place)
    const inForce = cardInForce(catalogue.cards, now)
    const draft = draftAfter(inForce, list, {
      first: { rates: demoRates, priceNeutralVariants: demoNeutralVariants, layers: demoLayers },
      exchangeRate:
        exchangeRate === undefined
          ? undefined
          : { rate: exchangeRate, day, source: 'groschen import-prices --exchange-rate' },
      markup,
    })

    const note = `${list.name}: ${layersText(draft.layers)}`
    const base = { ...draft, note, actor: 'import-prices', key: 'import-prices' }
    const { effectiveFrom, decided } = earliestPublication(catalogue, base, now)
    if (decided.kind === 'refused')
      throw misused(decided.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('\n'))

    const changes = priceChanges(inForce, decided.card)
    const { skipped, rates, listPrices, aliases, priceNeutralVariants } = draft
    const content = { rates, listPrices, aliases, ...draft.layers, priceNeutralVariants }
    const body = { effectiveFrom: instantText(effectiveFrom), note, ...content }
    const file = dryRun ? undefined : (out ?? join(place.data, 'rate-card-draft.json'))
    if (file !== undefined) await writeDraft(file, body)
    const models = new Set(decided.card.rates.map(({ service }) => service)).size
    const isOld = isOutdated(list, now)
    if (json)
      return await writeLine(
        JSON.stringify({
          models,
          rates: decided.card.rates.length,
          aliases: aliases.length,
          changes: changes.length,
          effectiveFrom: body.effectiveFrom,
          draft: file ?? null,
          asOf: list.asOf ?? null,
          isOutdated: isOld,
          upcoming: list.upcoming,
          skipped,
        }),
      )
    const lines = [
      ...changeLines(changes, neutralChange(inForce, decided.card), inForce),
      ...skippedLines(skipped),
      ...list.upcoming.map(
        ({ service, from: begin }) => `announced: ${service} costs something else from ${begin} on; import again then`,
      ),
      ...(isOld ? [`These list prices are as of ${list.asOf}, more than 90 days ago: look for a newer list.`] : []),
      `${counted(models, 'service')}, ${counted(decided.card.rates.length, 'rate')}, ${counted(aliases.length, 'alias', 'aliases')}; ${note}`,
      file === undefined
        ? 'Nothing was written.'
        : `The draft is in ${file}: look at it, change it, and publish it by POST /v1/rate-cards.`,
    ]
    for (const line of lines) await writeLine(line)
  })

function digits(form: RegExp, what: string) {
  return (text: string): string => {
    if (form.test(text)) return text
    throw new InvalidArgumentError(`expected ${what}`)
  }
}

function readVendors(text: string): readonly string[] {
  return text.split(',').map((id) => id.trim())
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

const catalogueOf = async (place: Place): Promise<Catalogue> =>
  place.stage === undefined && !existsSync(join(place.data, 'dynamodb'))
    ? noCatalogue
    : await withTables(place, 'reading', ({ rates }) => readCatalogue(rates, Date.now()))

function layersText({ exchangeRates, markups }: Layers): string {
  const [general, ...others] = markups.toSorted((a, b) => Number(isWithoutScope(b)) - Number(isWithoutScope(a)))
  return [
    ...exchangeRates.map(({ currency, rate }) => `${currency} × ${rate}`),
    `markup ${general?.percent ?? '0'} %`,
    ...(others.length === 0 ? [] : [`${others.length} other markup rules`]),
  ].join(', ')
}

async function writeDraft(file: string, body: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(body, null, 1)}\n`)
}
