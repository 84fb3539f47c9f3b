import { writeCheckpoint } from '../../../functions/write-checkpoints/write-checkpoints.ts'
import { dayText } from '../../../shared/time/instant.ts'
import { newCommand } from '../lib/command.ts'
import { OPTIONS } from '../lib/options.ts'
import { placeName } from '../lib/place.ts'
import { withTables } from '../lib/stored-tables.ts'
import { counted } from '../lib/table.ts'
import { voiceOn } from '../lib/voice.ts'

const TRIES = 5

/** `groschen checkpoint`: what a schedule does each day, now. */
export const checkpoint = newCommand(
  'checkpoint',
  'Writes the heads of all logs as the checkpoint of this day (UTC), once: groschen verify holds the logs against it, and goes on from it.',
  'npx groschen checkpoint --data ./try',
)
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .option('--json', 'one JSON object: day, kind, accounts', false)
  .action(async ({ json, ...place }) =>
    withTables(place, 'writing', async (tables) => {
      const day = dayText(Date.now())
      let written = await writeCheckpoint(tables, day, () => true)
      // The schedule of a running stack may write it at the same moment.
      for (let tries = 1; written.kind === 'unfinished' && tries < TRIES; tries += 1)
        written = await writeCheckpoint(tables, day, () => true)
      const heads = `the heads of ${counted(written.accounts, 'account')}`
      const said = {
        done: `Checkpoint ${day} holds ${heads}.`,
        'done-before': `Checkpoint ${day} is done: it holds ${heads}, and stays as it is.`,
        'nothing-yet': `${placeName(place)} holds no account yet.`,
        unfinished: 'Another run writes it at this moment; run this again.',
      }[written.kind]
      voiceOn(process.stdout).line(json ? JSON.stringify({ day, ...written }) : said)
      if (written.kind === 'unfinished') process.exitCode = 1
    }),
  )
