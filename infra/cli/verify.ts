import { misused } from './failure.ts'
import { runCommand } from './run-command.ts'
import { grouped } from './table.ts'
import { isStored, namedAccounts } from './verify/stored-accounts.ts'
import { openTables } from './verify/stored-tables.ts'
import { type Verdict, verifyAccounts } from './verify/verify-accounts.ts'
import { readVerifyOptions } from './verify/verify-options.ts'
import { violationLine } from './verify/violation.ts'
import { writeLine } from './verify/write-lines.ts'

/** `npm run verify`: leaves with 1 when there is a violation. */
async function verify(argv: readonly string[]): Promise<number> {
  const { data, account, json } = readVerifyOptions(argv)
  const tables = await openTables(data)
  try {
    if (account !== undefined && !(await isStored(tables, account)))
      throw misused(`${data} holds no account ${account}; ${await namedAccounts(tables)}`)
    const verdict = await verifyAccounts(tables, account, (violation) =>
      writeLine(process.stdout, json ? JSON.stringify(violation) : violationLine(violation)),
    )
    await writeLine(process.stdout, json ? JSON.stringify(verdict) : verdictLine(verdict))
    return verdict.violations === 0 ? 0 : 1
  } finally {
    await tables.close()
  }
}

function verdictLine({ accounts, pages, entries, credited, charged, balance, violations }: Verdict): string {
  const read = [counted(accounts, 'account'), counted(pages, 'page'), counted(entries, 'entry', 'entries')].join(', ')
  const sums = `credited ${grouped(credited)} - charged ${grouped(charged)} = balance ${grouped(balance)} credits`
  return `Verified ${read}: ${sums}; ${violations === 0 ? 'no violation' : counted(violations, 'violation')}.`
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(String(count))} ${count === 1 ? one : many}`

await runCommand(verify)
