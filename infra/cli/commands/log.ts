import { readHeadPlace } from '../../../shared/ledger/io/stored-pages.ts'
import { readCatalogue } from '../../../shared/pricing/io/rates-table.ts'
import { newCommand } from '../lib/command.ts'
import { Failure, misused } from '../lib/failure.ts'
import { EntryTable } from '../lib/log/entry-table.ts'
import { type Logged, loggedEntries, type Wanted } from '../lib/log/logged-entries.ts'
import { chargeLines, loggedShape, receiptOf } from '../lib/log/receipt.ts'
import { OPTIONS, readTime } from '../lib/options.ts'
import { placeName } from '../lib/place.ts'
import { namedAccounts } from '../lib/stored-accounts.ts'
import { type StoredTables, withTables } from '../lib/stored-tables.ts'
import { amountWords } from '../lib/table.ts'
import { writeLine } from '../lib/voice.ts'

/** `groschen log ACCOUNT`: the log as it stands when this begins. */
export const log = newCommand(
  'log',
  "Shows an account's log, oldest first: credits and charges with user, time and the balance after each.",
  'npx groschen log acme --data ./try --since 2026-11-23 --user u-17',
)
  .argument('<account>', 'its id')
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .option('--since <time>', 'what happened from this time on: 2026-11-23T10:15:00Z, or a day, by UTC', readTime)
  .option('--until <time>', 'what happened before this time', readTime)
  .option('--user <name>', 'charges of this user alone')
  .option('--id <id>', 'the charge with this id, and how its price came about')
  .option('--json', "one JSON object a line, in the API's shape: each entry with the balance after it", false)
  .action(async (account, { json, ...options }) =>
    withTables(options, 'reading', async (tables) => {
      const head = await readHeadPlace(tables.log, account)
      if (head === undefined)
        throw misused(`${placeName(options)} holds no log of an account ${account}; ${await namedAccounts(tables)}`)
      const show = await showing(tables, options, json)
      let count = 0
      for await (const logged of loggedEntries(tables.log, account, head.seq, options)) {
        for (const line of show(logged)) await writeLine(line)
        count += logged.length
      }
      if (count > 0) return
      if (options.id !== undefined)
        throw new Failure(
          `${account} has no charge with id ${options.id}; it may be under way, parked, quarantined, or filtered out`,
        )
      process.stderr.write('no entry is like that\n')
    }),
  )

/** How entries are written; with an id: charges, with how their prices came about. */
async function showing({ rates }: StoredTables, { id }: Wanted, isJson: boolean) {
  const table = new EntryTable()
  if (id === undefined)
    return (logged: readonly Logged[]) =>
      isJson ? logged.map((one) => JSON.stringify(loggedShape(one))) : table.lines(logged)
  const { cards } = await readCatalogue(rates, Date.now())
  return (logged: readonly Logged[]) =>
    logged.flatMap((one) => {
      const { entry, header, position, balance } = one
      if (entry.kind !== 'charge') return []
      const receipt = receiptOf(header.account, entry, cards)
      if (isJson) return [JSON.stringify({ ...loggedShape(one), rows: receipt.rows, total: receipt.total })]
      return [
        ...chargeLines(entry, receipt),
        `Charged by version ${entry.rateCard} of the rate card, in page ${header.seq} of ${header.account}, entry ${position}.`,
        `The balance after it: ${amountWords(balance)}.`,
      ]
    })
}
