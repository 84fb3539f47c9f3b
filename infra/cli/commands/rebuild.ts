import { type Rebuild, rebuildSnapshots } from '../../../functions/project-log/rebuild.ts'
import { commandOf } from '../lib/command-help.ts'
import { misused } from '../lib/failure.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { DEFAULT_DATA } from '../lib/start-options.ts'
import { isStored, namedAccounts, storedAccounts } from '../lib/stored-accounts.ts'
import { openTables } from '../lib/stored-tables.ts'

interface RebuildOptions {
  readonly data: string
  readonly account?: string
}

/** Another process may follow a log at the same time, and goes on by itself. */
const BEGINNINGS = 5

/** `npm run rebuild`: leaves with 1 when a snapshot became another one. */
async function rebuild(argv: readonly string[]): Promise<number> {
  const command = commandOf(
    'npm run rebuild --',
    'Drops the snapshots of accounts and folds their logs again, and says whether they are the same, byte for byte. The logs stay as they are; nothing is published.',
    'npm run rebuild -- --account acme',
  )
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .option('--account <id>', 'one account alone')
  command.parse(argv, { from: 'user' })
  const { data, account } = command.opts<RebuildOptions>()
  const voice = voiceOn(process.stdout)
  const tables = await openTables(data, 'writing')
  try {
    if (account !== undefined && !(await isStored(tables, account)))
      throw misused(`${data} holds no account ${account}; ${await namedAccounts(tables)}`)
    let isSame = true
    for (const one of account === undefined ? await storedAccounts(tables) : [account]) {
      let rebuilt: Rebuild = 'overtaken'
      for (let tried = 0; tried < BEGINNINGS && rebuilt === 'overtaken'; tried += 1)
        rebuilt = await rebuildSnapshots(tables, one)
      voice.line(`${one}: ${sentenceOf(rebuilt)}`)
      isSame &&= rebuilt === 'nothing-folded' || (rebuilt !== 'overtaken' && rebuilt.differing.length === 0)
    }
    return isSame ? 0 : 1
  } finally {
    await tables.close()
  }
}

function sentenceOf(rebuilt: Rebuild): string {
  if (rebuilt === 'nothing-folded') return 'nothing was folded of its log yet'
  if (rebuilt === 'overtaken') return 'its log is being followed at this moment; run it again'
  const { parts, seq, differing } = rebuilt
  const said = `${parts} parts folded again up to page ${seq}`
  if (differing.length === 0) return `${said}, the same, byte for byte`
  return `${said}; ${differing.length} are not what they were: ${differing.join(', ')}`
}

await runCommand(rebuild)
