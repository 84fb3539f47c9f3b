import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { knownEpochs } from '../../../shared/ledger/io/archive/known-epochs.ts'
import { type Restored, restoreAccount } from '../../../shared/ledger/io/archive/restore-account.ts'
import { LogWriter } from '../../../shared/ledger/io/log-writer.ts'
import { dropSnapshots } from '../../../shared/spend/io/snapshots-table.ts'
import { newCommand } from '../lib/command.ts'
import { misused } from '../lib/failure.ts'
import { OPTIONS } from '../lib/options.ts'
import { storedAccounts } from '../lib/stored-accounts.ts'
import { withTables } from '../lib/stored-tables.ts'
import { counted } from '../lib/table.ts'
import { voiceOn } from '../lib/voice.ts'

/** `groschen restore`: after a log table came back from a backup, and before anything is written to it. */
export const restore = newCommand(
  'restore',
  'After the log table came back from a backup: opens an epoch in every log, so that markers written since the backup are not believed, and appends the entries of archived pages that the backup lacks, each once. Nothing may write to the logs meanwhile: stop a stack on this machine; of a deployed stage disable the functions that write (their event sources, schedules and routes). Interrupted, run it again: it opens one more epoch, and appends nothing twice.',
  'npx groschen restore --data ./try --reason "table lost on 23 November" --actor olga',
)
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .option('--writers-stopped', 'of a deployed stage: nothing writes to its logs now', false)
  .requiredOption('--reason <text>', 'why, for the log')
  .requiredOption('--actor <name>', 'who, for the log')
  .addOption(OPTIONS.jsonOfEach)
  .action(async ({ reason, actor, json, writersStopped, ...place }) => {
    if (place.stage !== undefined && !writersStopped)
      throw misused(
        `nothing may write to the logs of stage ${place.stage} while they are restored: disable what writes, then say so with --writers-stopped`,
      )
    await withTables(place, 'writing', async (tables) => {
      if (tables.isRunning && place.stage === undefined)
        throw misused(`a stack runs on ${place.data}; stop it first: nothing may be written while logs are restored`)
      const writer = new LogWriter({
        ...tables,
        now: Date.now,
        nonce: () => randomBytes(8).toString('hex'),
        random: Math.random,
        wait: async (milliseconds) => void (await wait(milliseconds)),
      })
      const from = { ...tables, dropFolds: (account: string) => dropSnapshots(tables.snapshots, account) }
      const epochs = await knownEpochs(tables)
      const key = `restore-${randomBytes(8).toString('hex')}`
      const voice = voiceOn(process.stdout)
      for (const account of [...new Set([...(await storedAccounts(tables)), ...epochs.keys()])].sort()) {
        const by = { key, reason, actor, at: Date.now(), latestEpoch: epochs.get(account) ?? 0 }
        const restored = await restoreAccount(from, writer, account, by)
        voice.line(json ? JSON.stringify({ account, ...restored }) : `${account}: ${sentenceOf(restored)}`)
        if (restored.kind !== 'restored' || restored.differing > 0) process.exitCode = 1
      }
      if (!json)
        voice.line(
          'Automatic top-up of these accounts waits until their payments were held against the logs: that begins by itself when the stack runs, and groschen reconcile shows the outcome.',
        )
    })
  })

function sentenceOf(restored: Restored): string {
  if (restored.kind === 'no-log') return "has no log, and its first page is not in the archive: it can't be restored"
  const { cut, epoch, appended, standing, differing, missing } = restored
  const entries = (count: number): string => counted(count, 'entry', 'entries')
  return [
    `restored to page ${cut}, epoch ${epoch}; ${entries(appended)} appended from the archive`,
    standing > 0 && `${entries(standing)} stood there already`,
    missing > 0 &&
      `${counted(missing, 'page')} in between never came there: their events are charged when they are published again`,
    differing > 0 &&
      `${entries(differing)} DIFFER from those of the same identity in the log, which stay: groschen log shows them`,
  ]
    .filter((part) => part !== false)
    .join('; ')
}
