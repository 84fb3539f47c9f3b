import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Restored, restoreAccount } from '../../../shared/ledger/io/archive/restore-account.ts'
import { logWriter } from '../../../shared/ledger/io/log-writer.ts'
import { dropSnapshots } from '../../../shared/spend/io/snapshots-table.ts'
import { commandOf } from '../lib/command-help.ts'
import { misused } from '../lib/failure.ts'
import { knownEpochs } from '../lib/restore/known-epochs.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { DEFAULT_DATA } from '../lib/start-options.ts'
import { storedAccounts } from '../lib/stored-accounts.ts'
import { openTables } from '../lib/stored-tables.ts'
import { grouped } from '../lib/table.ts'

interface RestoreOptions {
  readonly data: string
  readonly reason: string
  readonly actor: string
}

/** `npm run restore`: after a log table came back from a backup, and before anything is written to it. */
async function restore(argv: readonly string[]): Promise<number> {
  const command = commandOf(
    'npm run restore --',
    'After the log table came back from a backup: opens an epoch in every log, so that markers written since the backup are not believed, and appends the entries of archived pages that the backup lacks, each once. Nothing may run on the folder meanwhile. Interrupted, run it again: it opens one more epoch, and appends nothing twice.',
    'npm run restore -- --data ./try --reason "table lost on 23 November" --actor olga',
  )
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .requiredOption('--reason <text>', 'why, for the log')
    .requiredOption('--actor <name>', 'who, for the log')
  command.parse(argv, { from: 'user' })
  const { data, reason, actor } = command.opts<RestoreOptions>()
  const voice = voiceOn(process.stdout)
  const tables = await openTables(data, 'writing')
  try {
    if (tables.isRunning)
      throw misused(`a stack runs on ${data}; stop it first: nothing may be written while logs are restored`)
    const writer = logWriter({
      ...tables,
      now: Date.now,
      nonce: () => randomBytes(8).toString('hex'),
      random: Math.random,
      wait: async (milliseconds) => void (await wait(milliseconds)),
    })
    const from = { ...tables, dropFolds: (account: string) => dropSnapshots(tables.snapshots, account) }
    const epochs = await knownEpochs(tables)
    const key = `restore-${randomBytes(8).toString('hex')}`
    let isWhole = true
    for (const account of [...new Set([...(await storedAccounts(tables)), ...epochs.keys()])].sort()) {
      const by = { key, reason, actor, at: Date.now(), latestEpoch: epochs.get(account) ?? 0 }
      const restored = await restoreAccount(from, writer, account, by)
      voice.line(`${account}: ${sentenceOf(restored)}`)
      isWhole &&= restored.kind === 'restored' && restored.differing === 0
    }
    voice.line(
      'Automatic top-up of these accounts waits until their payments were held against the logs: that begins by itself when the stack runs (npm start), and npm run reconcile shows what it came to.',
    )
    return isWhole ? 0 : 1
  } finally {
    await tables.close()
  }
}

function sentenceOf(restored: Restored): string {
  if (restored.kind === 'no-log') return 'has no log, and its first page is not in the archive: it can not be restored'
  const { cut, epoch, appended, standing, differing, missing } = restored
  const count = (n: number): string => grouped(String(n))
  return [
    `restored to page ${cut}, epoch ${epoch}; ${count(appended)} entries appended from the archive`,
    ...(standing === 0 ? [] : [`${count(standing)} stood there already`]),
    ...(missing === 0
      ? []
      : [
          `${count(missing)} pages in between never came there: their events are charged when they are published again`,
        ]),
    ...(differing === 0
      ? []
      : [
          `${count(differing)} entries DIFFER from those of the same identity in the log, which stay: npm run log shows them`,
        ]),
  ].join('; ')
}

await runCommand(restore)
