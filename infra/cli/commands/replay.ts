import { readFile } from 'node:fs/promises'
import { sha256Hex } from '../../../shared/digest/sha256.ts'
import { checkBalance } from '../lib/api/balance-check.ts'
import { bookOfAccount } from '../lib/api/charge-book.ts'
import { deliver } from '../lib/events/deliver.ts'
import { fateLines } from '../lib/events/fate-table.ts'
import { Failure, misused, naming } from '../lib/failure.ts'
import { ensureRateCard } from '../lib/first-rate-card.ts'
import { progressOn } from '../lib/progress.ts'
import { firstReplay, shiftToEndAt } from '../lib/replay/first-replay.ts'
import { readTrace, type TraceRow } from '../lib/replay/read-trace.ts'
import { grantFor, prepareReplayAccount } from '../lib/replay/replay-account.ts'
import { type ReplayOptions, readReplayOptions } from '../lib/replay/replay-options.ts'
import { type ReplaySummary, summaryOf } from '../lib/replay/summary.ts'
import { traceEvents } from '../lib/replay/trace-events.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { accessTo, type LocalStack } from '../lib/stack-access.ts'
import { withStack } from '../lib/with-stack.ts'

/** `npm run replay -- FILE`: the last line of standard output is one JSON object. */
async function replay(argv: readonly string[]): Promise<number> {
  const options = readReplayOptions(argv)
  const content = await readFile(options.file).catch((error: Error) => {
    throw misused(`${options.file} can't be read: ${error.message}`)
  })
  const rows = naming(options.file, () => readTrace(content, options.columns))
  const trace = { rows, fileHash: sha256Hex(content) }
  const summary = await withStack(options.data, voiceOn(process.stderr), (stack) => replayInto(stack, options, trace))
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return summary.quarantined > 0 ? 1 : 0
}

interface Trace {
  readonly rows: readonly TraceRow[]
  readonly fileHash: string
}

async function replayInto(
  stack: LocalStack,
  { data, account, service, user, at, ids, json }: ReplayOptions,
  { rows, fileHash }: Trace,
): Promise<ReplaySummary> {
  const begun = performance.now()
  const firstAt = await firstReplay(data, fileHash, Date.now())
  const shiftMs = at === 'now' ? shiftToEndAt(rows, firstAt) : 0
  const events = traceEvents(rows, { account, service, user, at, ids, fileHash, shiftMs })

  const access = await accessTo(stack, 'replay')
  const book = bookOfAccount(access.api, account)
  await ensureRateCard(access.api)
  const reference = `replay-${fileHash.slice(0, 32)}-${at}-${ids}`
  const grant = { reference, eur: grantFor(rows, service) }
  voiceOn(process.stderr).line(await prepareReplayAccount(access.api, account, book, grant))

  const progress = progressOn(process.stderr, 'settled', events.length)
  const { became, settled } = await deliver(access, book, events, progress.update).finally(progress.stop)
  const { balance } = await checkBalance(access.api, account, book)
  if (!json) {
    const voice = voiceOn(process.stdout)
    voice.lines(fateLines(became, voice.width))
  }
  if (settled !== 'settled') {
    const lost = became.filter(({ kind }) => kind === 'unsettled').length
    throw new Failure(
      settled === 'stalled'
        ? `${lost} of ${rows.length} rows still wait in the queue, and nothing moves; run it again later, the same rows are charged once`
        : `${lost} of ${rows.length} rows are neither charged nor held, and the queue is empty; look into its dead letters`,
    )
  }
  const seconds = Math.round(performance.now() - begun) / 1000
  return summaryOf(became, balance.credits, seconds)
}

await runCommand(replay)
