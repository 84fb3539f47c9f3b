import { randomUUID } from 'node:crypto'
import { newCommand } from '../lib/command.ts'
import { collected, OPTIONS, readDay } from '../lib/options.ts'
import { withApi } from '../lib/place.ts'
import { grouped, tableLines } from '../lib/table.ts'
import { voiceOn } from '../lib/voice.ts'

/** `groschen redrive`: status 1 when something is quarantined still, or could not be judged. */
export const redrive = newCommand(
  'redrive',
  'Judges quarantined events again, after the cause is mended: an account was opened, or a new version takes what another refused. Each is read anew from its original bytes and charged once, parked, or kept with the reason that it has now. Uses the stack that runs on the folder, or runs one meanwhile. Done again it changes nothing.',
  'npx groschen redrive --reason account.unknown --account acme',
)
  .option('--parked', 'parked events instead; they are also redriven by themselves', false)
  .option('--day <day>', 'quarantined events whose messages were sent on this day, by UTC', readDay)
  .option('--account <id>', 'events that name this account')
  .option('--service <name>', 'events that name this service')
  .option('--reason <code>', 'events with this reason, such as event.schema')
  .option('--entry <entry>', 'this event alone, by `entry` of the list; may be given several times', collected)
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .addOption(OPTIONS.apiUrl)
  .addOption(OPTIONS.token)
  .option('--json', 'one JSON object: how many events came to what', false)
  .action(async ({ parked, day, account, service, reason, entry, json, ...place }) => {
    const which = { day, account, service, reason, entries: entry }
    if (Object.values(which).every((one) => one === undefined))
      redrive.error('error: say which events, by --account, --reason, --day, --service or --entry')
    if (parked && day !== undefined) redrive.error('error: --day is of quarantined events')
    const list = parked ? 'parked' : 'quarantine'
    const all = await withApi(place, async (api) => {
      const sums: Redriven = { charged: 0, replayed: 0, parked: 0, ahead: 0, quarantined: 0, failed: 0 }
      for (let after: string | undefined; ; ) {
        const body = { which, after }
        const answer = await api.post<Redriven & { readonly next?: string }>(`/v1/${list}/redrives`, body, randomUUID())
        for (const [name] of FATES) sums[name] += answer[name]
        after = answer.next
        if (after === undefined) return sums
      }
    })
    const voice = voiceOn(process.stdout)
    if (json) voice.line(JSON.stringify(all))
    else voice.lines(redrivenLines(all, list))
    if (all.quarantined + all.failed > 0) process.exitCode = 1
  })

const FATES = [
  ['charged', 'once each, at the rates of their own time'],
  ['replayed', 'charged before, nothing is charged again'],
  ['parked', 'no price yet: GET /v1/parked says what is missing'],
  ['ahead', 'their time has not come: charged by themselves then'],
  ['quarantined', 'not valid: GET /v1/quarantine says why'],
  ['failed', 'not possible at this moment: run it again'],
] as const

/** How many events came to what. */
type Redriven = Record<(typeof FATES)[number][0], number>

function redrivenLines(all: Redriven, list: string): readonly string[] {
  const rows = FATES.filter(([name]) => all[name] > 0).map(([name, why]) => [name, grouped(all[name]), why])
  if (rows.length === 0) return [`no event of the ${list} fits`]
  return tableLines(['What became of them', '>Events', 'Why'], rows)
}
