import { type Rebuild, rebuildSnapshots } from '../../../functions/project-log/rebuild.ts'
import { newCommand } from '../lib/command.ts'
import { OPTIONS } from '../lib/options.ts'
import { placeName } from '../lib/place.ts'
import { requireAccount, storedAccounts } from '../lib/stored-accounts.ts'
import { withTables } from '../lib/stored-tables.ts'
import { voiceOn } from '../lib/voice.ts'

/** Another process may follow a log at the same time, and goes on by itself. */
const BEGINNINGS = 5

/** `groschen rebuild`: status 1 when a snapshot became another one. */
export const rebuild = newCommand(
  'rebuild',
  'Drops the snapshots of accounts and folds their logs again, and says whether they are the same, byte for byte. The logs stay as they are; nothing is published.',
  'npx groschen rebuild --account acme',
)
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .addOption(OPTIONS.account)
  .addOption(OPTIONS.jsonOfEach)
  .action(async ({ account, json, ...place }) =>
    withTables(place, 'writing', async (tables) => {
      if (account !== undefined) await requireAccount(tables, account, placeName(place))
      const voice = voiceOn(process.stdout)
      for (const one of account === undefined ? await storedAccounts(tables) : [account]) {
        let rebuilt: Rebuild = 'overtaken'
        for (let tried = 0; tried < BEGINNINGS && rebuilt === 'overtaken'; tried += 1)
          rebuilt = await rebuildSnapshots(tables, one)
        const found = typeof rebuilt === 'string' ? { kind: rebuilt } : { kind: 'rebuilt', ...rebuilt }
        voice.line(json ? JSON.stringify({ account: one, ...found }) : `${one}: ${sentenceOf(rebuilt)}`)
        const isSame = rebuilt === 'nothing-folded' || (rebuilt !== 'overtaken' && rebuilt.differing.length === 0)
        if (!isSame) process.exitCode = 1
      }
    }),
  )

function sentenceOf(rebuilt: Rebuild): string {
  if (rebuilt === 'nothing-folded') return 'nothing was folded of its log yet'
  if (rebuilt === 'overtaken') return 'another process follows its log at this moment; run it again'
  const { parts, seq, differing } = rebuilt
  const said = `${parts} parts folded again up to page ${seq}`
  if (differing.length === 0) return `${said}, the same, byte for byte`
  return `${said}; ${differing.length} are not as they were: ${differing.join(', ')}`
}
