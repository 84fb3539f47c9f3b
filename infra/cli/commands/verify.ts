import { misused } from '../lib/failure.ts'
import { runCommand } from '../lib/run-command.ts'
import { isStored, namedAccounts } from '../lib/stored-accounts.ts'
import { openTables } from '../lib/stored-tables.ts'
import { grouped } from '../lib/table.ts'
import { findCheckpoint } from '../lib/verify/checkpoint-check.ts'
import { type Verdict, verifyAccounts, violationLine } from '../lib/verify/verify-accounts.ts'
import { readVerifyOptions } from '../lib/verify-options.ts'
import { writeLine } from '../lib/write-lines.ts'

/** `npm run verify`: leaves with 1 when there is a violation. */
async function verify(argv: readonly string[]): Promise<number> {
  const { data, account, json, sinceCheckpoint } = readVerifyOptions(argv)
  const tables = await openTables(data)
  try {
    if (account !== undefined && !(await isStored(tables, account)))
      throw misused(`${data} holds no account ${account}; ${await namedAccounts(tables)}`)
    const day = typeof sinceCheckpoint === 'string' ? sinceCheckpoint : undefined
    const checkpoint = await findCheckpoint(tables.checkpoints, day)
    const isSinceCheckpoint = sinceCheckpoint !== undefined
    if (isSinceCheckpoint && checkpoint === undefined)
      throw misused(
        `${data} holds no checkpoint${day === undefined ? ' yet' : ` of ${day}`}; npm run checkpoint -- --data ${data} writes one`,
      )
    const verdict = await verifyAccounts(tables, { account, checkpoint, isSinceCheckpoint }, (violation) =>
      writeLine(process.stdout, json ? JSON.stringify(violation) : violationLine(violation)),
    )
    await writeLine(process.stdout, json ? JSON.stringify(verdict) : verdictLine(verdict, isSinceCheckpoint))
    return verdict.violations === 0 ? 0 : 1
  } finally {
    await tables.close()
  }
}

function verdictLine(verdict: Verdict, isSinceCheckpoint: boolean): string {
  const { accounts, pages, entries, credited, charged, balance, violations, checkpoint } = verdict
  const read = [counted(accounts, 'account'), counted(pages, 'page'), counted(entries, 'entry', 'entries')].join(', ')
  const since = isSinceCheckpoint ? ` since checkpoint ${checkpoint}` : ''
  const sums = `credited ${grouped(credited)} - charged ${grouped(charged)} = balance ${grouped(balance)} credits`
  return `Verified ${read}${since}: ${sums}; ${violations === 0 ? 'no violation' : counted(violations, 'violation')}.`
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(String(count))} ${count === 1 ? one : many}`

await runCommand(verify)
