import { commandOf } from './command-help.ts'
import { DEFAULT_DATA } from './start-options.ts'

export interface VerifyOptions {
  readonly data: string
  readonly account: string | undefined
  readonly json: boolean
  /** A day, or `true` for the newest checkpoint. */
  readonly sinceCheckpoint: string | true | undefined
}

/** @throws CommanderError after it has said what is wrong */
export function readVerifyOptions(argv: readonly string[]): VerifyOptions {
  const command = commandOf(
    'npm run verify --',
    'Recomputes every account log and says what is not as it must be: hashes, numbers, balances, prices, crossings, identities, markers, snapshots, archive, checkpoints. Changes nothing; a stack that runs on the folder may go on. Leaves with status 0 only when there is no violation.',
    'npm run verify -- --data ./try --json | tail -1',
  )
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .option('--account <id>', 'one account alone; its identities are not held against the other logs then')
    .option(
      '--since-checkpoint [day]',
      'what came after the newest checkpoint alone, or after that of a day (2026-11-23)',
    )
    .option('--json', 'one JSON object a line: each violation, then what was verified', false)
  command.parse(argv, { from: 'user' })
  const { data, account, json, sinceCheckpoint } = command.opts<VerifyOptions>()
  return { data, account, json, sinceCheckpoint }
}
