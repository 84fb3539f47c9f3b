import { Option } from '@commander-js/extra-typings'
import { sha256Hex } from '../../../shared/digest/sha256.ts'
import { credits, sumOf } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { AttachedStack } from '../../local/stack.ts'
import { AccountBook } from '../lib/api/account-book.ts'
import { newCommand } from '../lib/command.ts'
import { readInput } from '../lib/data-folder.ts'
import { deliver } from '../lib/events/deliver.ts'
import { fateTable } from '../lib/events/fate-table.ts'
import type { Became } from '../lib/events/outcome-of-events.ts'
import { Failure, naming } from '../lib/failure.ts'
import { ensureRateCard } from '../lib/first-rate-card.ts'
import { noStage, OPTIONS } from '../lib/options.ts'
import { accessTo } from '../lib/place.ts'
import { grantFor, prepareReplayAccount } from '../lib/replay/replay-account.ts'
import { firstReplay, readTrace, shiftToEndAt, type TraceRow, type TraceUse, traceEvents } from '../lib/replay/trace.ts'
import { voiceOn } from '../lib/voice.ts'
import { withStack } from '../lib/with-stack.ts'

/** `groschen replay FILE`: the last line of standard output is one JSON object. */
export const replay = newCommand(
  'replay',
  "Publishes a CSV of calls as usage events, one a row, and shows what became of them. Opens the account if there is none, and grants it once what the file costs at the demo's prices. Works on this machine alone, since it publishes the demo's prices where there are none.",
  'npx groschen replay calls.csv --at now --json',
)
  .argument('<file>', 'a CSV file with a header')
  .addOption(OPTIONS.data)
  .addOption(noStage('a replay grants credits and publishes demo prices, which a deployed stage must not get'))
  .addOption(
    new Option('--at <when>', "the trace's own times, or moved to end at its first replay")
      .choices(['original', 'now'] as const)
      .default('original' as const),
  )
  .addOption(
    new Option('--ids <kind>', 'account-bound ids, or plain ones of the other path')
      .choices(['bound', 'plain'] as const)
      .default('bound' as const),
  )
  .option('--account <id>', 'who pays; opened if it is not there', 'trace')
  .option('--service <vendor/model>', 'what was called', 'openai/gpt-4o')
  .option('--user <name>', 'who called', 'trace')
  .option('--time-column <name>', 'its name in the header', 'TIMESTAMP')
  .option('--input-column <name>', 'its name in the header', 'ContextTokens')
  .option('--output-column <name>', 'its name in the header', 'GeneratedTokens')
  .option('--json', 'write nothing to standard output but the JSON object', false)
  .action(async (file, { data, json, timeColumn, inputColumn, outputColumn, ...use }) => {
    const content = await readInput(file)
    const columns = { time: timeColumn, input: inputColumn, output: outputColumn }
    const rows = naming(file, () => readTrace(content, columns))
    const summary = await withStack(data, (stack) =>
      replayInto(stack, data, rows, { ...use, fileHash: sha256Hex(content) }, json),
    )
    process.stdout.write(`${JSON.stringify(summary)}\n`)
    if (summary.quarantined > 0) process.exitCode = 1
  })

async function replayInto(
  stack: AttachedStack,
  data: string,
  rows: readonly TraceRow[],
  use: Omit<TraceUse, 'shiftMs'>,
  isJson: boolean,
) {
  const begun = performance.now()
  const { account, service, at, ids, fileHash } = use
  const firstAt = await firstReplay(data, fileHash, Date.now())
  const events = traceEvents(rows, { ...use, shiftMs: at === 'now' ? shiftToEndAt(rows, firstAt) : 0 })

  const access = await accessTo(stack, 'replay')
  const book = new AccountBook(access.api, account)
  await ensureRateCard(access.api)
  const grant = { reference: `replay-${fileHash.slice(0, 32)}-${at}-${ids}`, eur: grantFor(rows, service) }
  voiceOn(process.stderr).line(await prepareReplayAccount(access.api, account, book, grant))

  const { became, settled } = await deliver(access, book, events)
  const { balance } = await book.checkBalance()
  const voice = voiceOn(process.stdout)
  if (!isJson) voice.lines(fateTable(became, voice.width))
  const count = (kind: Became['kind']): number => became.filter((one) => one.kind === kind).length
  if (settled !== 'settled') {
    const lost = `${count('unsettled')} of ${rows.length} rows`
    throw new Failure(
      settled === 'stalled'
        ? `${lost} still wait in the queue, and nothing moves; run it again later, the same rows are charged once`
        : `${lost} are neither charged nor held, and the queue is empty; look into its dead letters`,
    )
  }
  const charged = became.flatMap((one) => (one.kind === 'charged' ? [credits(one.credits)] : []))
  return {
    rows: became.length,
    charged: plain(sumOf(charged)),
    replayed: count('replayed'),
    parked: count('parked'),
    ahead: count('ahead'),
    quarantined: count('quarantined'),
    balance: balance.credits,
    seconds: Math.round(performance.now() - begun) / 1000,
  }
}
