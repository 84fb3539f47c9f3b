import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { logWriter } from '../../shared/store/log-writer.ts'
import { type Restored, restoreAccount } from '../../shared/store/restore-account.ts'
import { commandOf } from './command-help.ts'
import { misused } from './failure.ts'
import { epochsOfMarkers } from './restore/epochs-of-markers.ts'
import { runCommand } from './run-command.ts'
import { voiceOn } from './say.ts'
import { DEFAULT_DATA } from './start-options.ts'
import { grouped } from './table.ts'
import { anchorsBeside, findCheckpoint } from './verify/anchors.ts'
import { storedAccounts } from './verify/stored-accounts.ts'
import { openTables } from './verify/stored-tables.ts'

interface RestoreOptions {
  readonly data: string
  readonly reason: string
  readonly actor: string
}

/** `npm run restore`: after a log table came back from a backup, and before anything is written to it. */
async function restore(argv: readonly string[]): Promise<number> {
  const command = commandOf(
    'npm run restore --',
    'After the log table came back from a backup: opens an epoch in every log, so that markers written since the backup are not believed, and appends the entries of archived pages that the backup lacks, each once. Nothing may run on the folder meanwhile. Interrupted, run it again with the same reason.',
    'npm run restore -- --data ./try --reason "table lost on 23 November" --actor olga',
  )
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .requiredOption('--reason <text>', 'why, for the log; names this restore: the same one is done once')
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
    const epochs = await epochsOfMarkers(tables.markers)
    const checkpoint = await findCheckpoint(tables.checkpoints, undefined)
    const anchors = checkpoint && anchorsBeside(tables.checkpoints, checkpoint)
    for (const account of await storedAccounts(tables)) {
      const anchored = (await anchors?.of(account))?.epoch ?? 0
      const latestEpoch = Math.max(epochs.get(account) ?? 0, anchored)
      const by = { reason, actor, at: Date.now(), latestEpoch }
      voice.line(`${account}: ${sentenceOf(await restoreAccount(tables, writer, account, by))}`)
    }
    return 0
  } finally {
    await tables.close()
  }
}

function sentenceOf(restored: Restored): string {
  if (restored.kind === 'no-log') return 'has no log, and no archived page'
  const { cut, epoch, appended, standing } = restored
  const more = standing === 0 ? '' : `, ${grouped(String(standing))} stood there already`
  return `restored to page ${cut}, epoch ${epoch}; ${grouped(String(appended))} entries appended from the archive${more}`
}

await runCommand(restore)
