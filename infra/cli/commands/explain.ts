import { readCatalogue } from '../../../shared/pricing/io/rates-table.ts'
import { commandOf } from '../lib/command-help.ts'
import { Failure } from '../lib/failure.ts'
import { explanationJson, explanationLines } from '../lib/log/explanation-lines.ts'
import { type FoundCharge, findCharges } from '../lib/log/find-charges.ts'
import { runCommand } from '../lib/run-command.ts'
import { DEFAULT_DATA } from '../lib/start-options.ts'
import { openTables } from '../lib/stored-tables.ts'
import { writeLine } from '../lib/write-lines.ts'

interface ExplainOptions {
  readonly data: string
  readonly account?: string
  readonly source?: string
  readonly json: boolean
}

/** `npm run explain -- ID`: how the price of one charge came about, recomputed and compared with the log. */
async function explain(argv: readonly string[]): Promise<number> {
  const command = commandOf(
    'npm run explain --',
    'Shows how the price of one charge came about, recomputed now and compared with the log: quantities, rates and where they come from, each multiplication to the last digit, the rate card with its hash, page and position.',
    'npm run explain -- 01a207e7-524b-883c-8e63-ffffffffffff --data ./try',
  )
    .argument('<id>', 'the id of the usage event')
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .option('--account <account>', 'in this log alone; else in all of them')
    .option('--source <source>', 'of this source, where several have used the id')
    .option('--json', 'one JSON object in place of the words', false)
  command.parse(argv, { from: 'user' })
  const { data, account, source, json } = command.opts<ExplainOptions>()
  const id = command.args[0] ?? ''
  const tables = await openTables(data)
  try {
    const charge = only(await findCharges(tables, { id, source, account }), id, account)
    const { cards } = await readCatalogue(tables.rates, Date.now())
    const lines = json ? [explanationJson(charge, cards)] : explanationLines(charge, cards)
    for (const line of lines) await writeLine(process.stdout, line)
    return 0
  } finally {
    await tables.close()
  }
}

/** @throws Failure when there is none, or more than one */
function only(found: readonly FoundCharge[], id: string, account: string | undefined): FoundCharge {
  const [charge, ...others] = found
  if (charge === undefined) {
    const where = account === undefined ? 'no log' : `the log of ${account} does not`
    const verb = account === undefined ? 'has' : 'have'
    throw new Failure(
      `${where} ${verb} a charge with id ${id}; it may be under way, or waiting: GET /v1/parked, /v1/ahead and /v1/quarantine, each with ?account=`,
    )
  }
  if (others.length === 0) return charge
  const places = found.map(({ entry, header }) => `--account ${header.account} --source ${entry.source}`)
  throw new Failure(`${found.length} charges have the id ${id}; choose one:\n${places.join('\n')}`)
}

await runCommand(explain)
