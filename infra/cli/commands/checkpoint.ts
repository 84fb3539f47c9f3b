import { writeCheckpoint } from '../../../functions/write-checkpoints/write-checkpoints.ts'
import { dayText } from '../../../shared/time/instant.ts'
import { commandOf } from '../lib/command-help.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { DEFAULT_DATA } from '../lib/start-options.ts'
import { openTables } from '../lib/stored-tables.ts'

const TRIES = 5

/** `npm run checkpoint`: what a schedule does each day, now. */
async function checkpoint(argv: readonly string[]): Promise<number> {
  const command = commandOf(
    'npm run checkpoint --',
    'Writes the heads of all logs as the checkpoint of this day (UTC), once: npm run verify holds the logs against it, and goes on from it.',
    'npm run checkpoint -- --data ./try',
  ).option('--data <dir>', 'where the data live', DEFAULT_DATA)
  command.parse(argv, { from: 'user' })
  const { data } = command.opts<{ readonly data: string }>()
  const voice = voiceOn(process.stdout)
  const tables = await openTables(data, 'writing')
  try {
    const day = dayText(Date.now())
    let written = await writeCheckpoint(tables, day, () => true)
    // The schedule of a running stack may be at it at the same moment.
    for (let tries = 1; written.kind === 'unfinished' && tries < TRIES; tries += 1)
      written = await writeCheckpoint(tables, day, () => true)
    const { kind, accounts } = written
    if (kind === 'done') voice.line(`Checkpoint ${day} holds the heads of ${accounts} accounts.`)
    if (kind === 'done-before')
      voice.line(`Checkpoint ${day} is done: it holds the heads of ${accounts} accounts, and stays as it is.`)
    if (kind === 'nothing-yet') voice.line(`${data} holds no account yet.`)
    if (kind === 'unfinished') voice.line('Another run writes it at this moment; run this again.')
    return kind === 'unfinished' ? 1 : 0
  } finally {
    await tables.close()
  }
}

await runCommand(checkpoint)
