import { parseInstant } from '../../../../shared/time/instant.ts'
import { commandOf } from '../command-help.ts'
import { misused } from '../failure.ts'
import { DEFAULT_DATA } from '../start-options.ts'

export interface ImportOptions {
  readonly from: string
  readonly data: string
  /** A day. */
  readonly asOf: string | undefined
  readonly out: string | undefined
  readonly vendors: readonly string[] | undefined
  /** Not told: as in the card in force. */
  readonly exchangeRate: string | undefined
  readonly markupPercent: string | undefined
  readonly dryRun: boolean
  readonly json: boolean
}

interface Given {
  readonly from: string
  readonly data: string
  readonly out?: string
  readonly asOf?: string
  readonly vendors?: string
  readonly exchangeRate?: string
  readonly markup?: string
  readonly dryRun: boolean
  readonly json: boolean
}

/** @throws CommanderError after it has said what is wrong */
export function readImportOptions(argv: readonly string[]): ImportOptions {
  const command = commandOf(
    'npm run import-prices --',
    'Makes a draft of a rate card from public list prices: every model and meter that the list has, in euros by an exchange rate and a markup, beside the prices of your own that are in force. Shows what would change. Publishes nothing.',
    'npm run import-prices -- --dry-run --json | tail -1',
  )
    .option('--from <list>', 'genai-prices (the npm package), or a JSON file of the same form', 'genai-prices')
    .option('--vendors <ids>', 'these vendors alone, with commas between them; default: all but resellers')
    .option(
      '--exchange-rate <euros>',
      'euros for one unit of the list’s currency; default: that in force, at first 0.8643',
    )
    .option('--markup <percent>', 'what is added, in percent; default: the rules in force, at first 20')
    .option('--as-of <day>', 'when the prices of the list were looked up; of genai-prices its release')
    .option('--data <dir>', 'where the data live: whose prices in force it is compared with', DEFAULT_DATA)
    .option('--out <file>', 'where the draft goes; default: rate-card-draft.json in the data folder')
    .option('--dry-run', 'write nothing', false)
    .option('--json', 'one JSON object in place of the words', false)
  command.parse(argv, { from: 'user' })
  const { vendors, markup, exchangeRate, out, asOf, ...given } = command.opts<Given>()
  if (exchangeRate !== undefined && !/^(?=.*[1-9])(?:0|[1-9]\d{0,5})(?:\.\d{1,10})?$/.test(exchangeRate))
    throw misused(`--exchange-rate ${exchangeRate}: expected euros for one unit of the list's currency, such as 0.8643`)
  if (markup !== undefined && !/^-?(?:0|[1-9]\d{0,3})(?:\.\d{1,6})?$/.test(markup))
    throw misused(`--markup ${markup}: expected percent, such as 20`)
  if (asOf !== undefined && parseInstant(`${asOf}T00:00:00Z`) === undefined)
    throw misused(`--as-of ${asOf}: expected a day, such as 2026-11-20`)
  return {
    ...given,
    out,
    asOf,
    exchangeRate,
    markupPercent: markup,
    vendors: vendors?.split(',').map((id) => id.trim()),
  }
}
