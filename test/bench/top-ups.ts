import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { ApiClient } from '../../infra/cli/lib/api/api-client.ts'
import { usageEvent } from '../../infra/cli/lib/events/outgoing-event.ts'
import { ensureRateCard } from '../../infra/cli/lib/first-rate-card.ts'
import { accessTo, type StackAccess } from '../../infra/cli/lib/place.ts'
import { openTables } from '../../infra/cli/lib/stored-tables.ts'
import { startStack } from '../../infra/local/stack.ts'
import { type LogTable, readHead, readPages } from '../../shared/ledger/io/log-table.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { accountBoundId } from '../../shared/usage/account-bound-id.ts'
import { percentile } from './measure.ts'
import { type Bench, type Figures, target } from './results.ts'

const ACCOUNT = 'bench-top-ups'
const TOP_UPS = 100
/** Not counted: functions start, caches fill. */
const WARM = 3
/** 2 tool calls cost a credit; the first takes the balance below the threshold, each further one what the last bought. */
const FIRST_CALLS = 2
const FURTHER_CALLS = 20_000
const PATIENCE_MS = 30_000
const POLL_MS = 20
const PROMISED_MS = 2000

export const benchTopUps: Bench = {
  title: 'From the charge to the credit',
  about:
    'One account that buys 100 € whenever a charge takes it below its threshold, one charge after another, on the embedded stack with the local provider: from the writing of the page with the charge to that of the page with the credits, by the clock of the machine that runs it all. The provider answers at once; a real one takes its time.',
  measure: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'groschen-bench-'))
    const stack = await startStack({ directory })
    try {
      const access = await accessTo(stack, 'operator')
      await ensureRateCard(access.api)
      await prepare(access.api)
      const tables = await openTables({ data: directory })
      try {
        const lags: number[] = []
        for (let place = 0; place < WARM + TOP_UPS; place += 1) lags.push(await topUpOnce(access, tables.log, place))
        const counted = lags.slice(WARM)
        const p99 = percentile(counted, 99)
        const row: Figures = {
          'top-ups': TOP_UPS,
          'p50 ms': percentile(counted, 50),
          'p99 ms': p99,
          'slowest ms': percentile(counted, 100),
        }
        return {
          tables: [{ title: 'From charge to credited top-up', rows: [row] }],
          targets: [
            target('charge to credited, p99', { atMost: PROMISED_MS }, p99, { unit: ' ms', reason: loadText() }),
          ],
        }
      } finally {
        await tables.close()
      }
    } finally {
      await stack.stop()
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

/** What else the machine did: this shows it more than any other figure here. */
const loadText = (): string =>
  `measured at a load average of ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} cores`

/** At the threshold, with a card. */
async function prepare(api: ApiClient): Promise<void> {
  const account = `/v1/accounts/${ACCOUNT}`
  await api.post('/v1/accounts', { account: ACCOUNT, name: ACCOUNT }, 'bench-open')
  await api.post(`${account}/grants`, { amount: { eur: '20' }, reason: 'bench' }, 'bench-grant')
  const { url } = await api.post<{ readonly url: string }>(`${account}/payment-method-setups`, {}, 'bench-card')
  const body = new URLSearchParams({ card: '4242 4242 4242 4242', do: 'pay' })
  await fetch(url, { method: 'POST', body, redirect: 'manual' })
  const autoTopUp = { threshold: '2000', amount: { eur: '100' }, monthlyCap: { paid: '100000', number: 1000 } }
  await api.put(`${account}/top-up-settings`, { version: 1, lowBalanceLevels: [], autoTopUp }, 'bench-settings')
}

/** Milliseconds from the page of the charge to the page of its credits. */
async function topUpOnce({ queue }: StackAccess, log: LogTable, place: number): Promise<number> {
  const known = (await readHead(log, ACCOUNT))?.header.seq ?? 0
  const time = Date.now()
  const event = usageEvent({
    account: ACCOUNT,
    source: '/bench',
    id: accountBoundId('/bench', ACCOUNT, time, BigInt(place + 1)),
    time,
    user: 'u-1',
    category: 'text',
    service: 'openai/gpt-4o',
    quantities: { tool_calls: place === 0 ? FIRST_CALLS : FURTHER_CALLS },
  })
  await queue.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: event.text }))
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await wait(POLL_MS)) {
    const pages = await readPages(log, ACCOUNT, { from: known + 1, to: Number.MAX_SAFE_INTEGER })
    const [charged, credited] = [written(pages, 'charge'), written(pages, 'top-up')]
    if (charged !== undefined && credited !== undefined) return credited - charged
  }
  throw new Error(`top-up ${place} was not credited within ${PATIENCE_MS / 1000} s`)
}

const written = (pages: readonly Page[], kind: string): number | undefined =>
  pages.find(({ entries }) => entries.some((entry) => entry.kind === kind))?.header.writtenAt
