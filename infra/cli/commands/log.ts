import { readCatalogue } from '../../../shared/pricing/io/rates-table.ts'
import { Failure, misused } from '../lib/failure.ts'
import { entryTable } from '../lib/log/entry-lines.ts'
import { type LogOptions, readLogOptions } from '../lib/log/log-options.ts'
import { loggedEntries } from '../lib/log/logged-entries.ts'
import { asJson, asJsonReceipts, asReceipts, type Show } from '../lib/log/show-log.ts'
import { runCommand } from '../lib/run-command.ts'
import { namedAccounts } from '../lib/stored-accounts.ts'
import { openTables, type StoredTables } from '../lib/stored-tables.ts'
import { readHeadPlace } from '../lib/verify/stored-pages.ts'
import { writeLine } from '../lib/write-lines.ts'

/** `npm run log -- ACCOUNT`: the log as it stands when this begins. */
async function log(argv: readonly string[]): Promise<number> {
  const options = readLogOptions(argv)
  const tables = await openTables(options.data)
  try {
    return await showLog(tables, options)
  } finally {
    await tables.close()
  }
}

async function showLog(tables: StoredTables, options: LogOptions): Promise<number> {
  const { account, data, id } = options
  const head = await readHeadPlace(tables.log, account)
  if (head === undefined) throw misused(`${data} holds no log of an account ${account}; ${await namedAccounts(tables)}`)

  const show = await showOf(tables, options)
  let shown = 0
  for await (const logged of loggedEntries(tables.log, account, head.seq, options)) {
    for (const line of show(logged)) await writeLine(process.stdout, line)
    shown += logged.length
  }
  if (shown === 0 && id !== undefined) {
    throw new Failure(
      `${account} has no charge with id ${id}; it may be under way, parked, quarantined, or filtered out`,
    )
  }
  if (shown === 0) process.stderr.write('no entry is like that\n')
  return 0
}

async function showOf({ rates }: StoredTables, { id, json }: LogOptions): Promise<Show> {
  if (id === undefined) return json ? asJson : entryTable()
  const { cards } = await readCatalogue(rates, Date.now())
  return json ? asJsonReceipts(cards) : asReceipts(cards)
}

await runCommand(log)
