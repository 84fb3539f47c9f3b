import { findCheckpoint } from '../../../shared/ledger/io/checkpoints.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { newCommand } from '../lib/command.ts'
import { misused } from '../lib/failure.ts'
import { OPTIONS } from '../lib/options.ts'
import { placeFlag, placeName } from '../lib/place.ts'
import { requireAccount } from '../lib/stored-accounts.ts'
import { withTables } from '../lib/stored-tables.ts'
import { amountWords, counted } from '../lib/table.ts'
import { type Verdict, verifyAccounts, violationLine } from '../lib/verify/verify-accounts.ts'
import { writeLine } from '../lib/voice.ts'

/** `groschen verify`: status 1 when there is a violation. */
export const verify = newCommand(
  'verify',
  'Recomputes every account log and says what is not as it must be: hashes, numbers, balances, prices, crossings, identities, markers, snapshots, archive, checkpoints. Changes nothing; a running stack may go on. Leaves with status 0 only when there is no violation.',
  'npx groschen verify --data ./try --json | tail -1',
)
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .option('--account <id>', 'this account alone; its identities are not held against the other logs then')
  .option('--since-checkpoint [day]', 'only what came after the newest checkpoint, or after that of a day (2026-11-23)')
  .addOption(OPTIONS.jsonAndSums)
  .action(async ({ account, sinceCheckpoint, json, ...place }) =>
    withTables(place, 'reading', async (tables) => {
      if (account !== undefined) await requireAccount(tables, account, placeName(place))
      const day = typeof sinceCheckpoint === 'string' ? sinceCheckpoint : undefined
      const checkpoint = await findCheckpoint(tables.checkpoints, day)
      const isSinceCheckpoint = sinceCheckpoint !== undefined
      if (isSinceCheckpoint && checkpoint === undefined)
        throw misused(
          `${placeName(place)} holds no checkpoint${day === undefined ? ' yet' : ` of ${day}`}; groschen checkpoint ${placeFlag(place)} writes one`,
        )
      const verdict = await verifyAccounts(tables, { account, checkpoint, isSinceCheckpoint }, (violation) =>
        writeLine(json ? JSON.stringify(violation) : violationLine(violation)),
      )
      await writeLine(json ? JSON.stringify(verdict) : verdictLine(verdict, isSinceCheckpoint))
      if (verdict.violations > 0) process.exitCode = 1
    }),
  )

function verdictLine(verdict: Verdict, isSinceCheckpoint: boolean): string {
  const { accounts, pages, entries, violations, checkpoint } = verdict
  const read = [counted(accounts, 'account'), counted(pages, 'page'), counted(entries, 'entry', 'entries')].join(', ')
  const since = isSinceCheckpoint ? ` since checkpoint ${checkpoint}` : ''
  const [credited, charged, balance] = [verdict.credited, verdict.charged, verdict.balance].map((sum) =>
    amountWords(credits(sum)),
  )
  const sums = `credited ${credited} - charged ${charged} = balance ${balance}`
  return `Verified ${read}${since}: ${sums}; ${violations === 0 ? 'no violation' : counted(violations, 'violation')}.`
}
