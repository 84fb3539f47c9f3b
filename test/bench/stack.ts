import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { usageEvent } from '../../infra/cli/lib/events/outgoing-event.ts'
import { ensureRateCard } from '../../infra/cli/lib/first-rate-card.ts'
import { accessTo, type StackAccess } from '../../infra/cli/lib/place.ts'
import { startStack } from '../../infra/local/stack.ts'
import { accountBoundId } from '../../shared/usage/account-bound-id.ts'
import type { Bench, Figures } from './results.ts'

interface Load {
  readonly accounts: number
  readonly eventsAMessage: number
  readonly messages: number
}

const LOADS: readonly Load[] = [
  { accounts: 1, eventsAMessage: 1, messages: 3000 },
  { accounts: 10, eventsAMessage: 1, messages: 3000 },
  { accounts: 1, eventsAMessage: 100, messages: 400 },
  { accounts: 10, eventsAMessage: 100, messages: 400 },
]

const SENT_AT_ONCE = 4

export const benchStack: Bench = {
  title: 'The embedded stack, end to end',
  about:
    "Events sent to the queue until the last one is charged, on the machine that also runs both engines. Lag: from the last message's sending to the last charge.",
  measure: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'groschen-bench-'))
    const stack = await startStack({ directory })
    try {
      const access = await accessTo(stack, 'operator')
      await ensureRateCard(access.api)
      await run(access, { accounts: 1, eventsAMessage: 100, messages: 20 }, 'warm')
      const rows: Figures[] = []
      for (const [place, load] of LOADS.entries()) rows.push(await run(access, load, `bench-${place}`))
      return { tables: [{ title: 'From queue to charge', rows }] }
    } finally {
      await stack.stop()
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

async function run(
  { api, queue }: StackAccess,
  { accounts, eventsAMessage, messages }: Load,
  name: string,
): Promise<Figures> {
  const names = Array.from({ length: accounts }, (_, place) => `${name}-${place}`)
  for (const account of names) await api.post('/v1/accounts', { account, name: account }, `open-${account}`)

  const bodies = Array.from({ length: messages }, (_, message) => bodyOf(names, eventsAMessage, message))
  const began = performance.now()
  const waiting = Array.from({ length: Math.ceil(messages / 10) }, (_, request) =>
    bodies.slice(request * 10, request * 10 + 10),
  )
  const sendNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const Entries = next.map((MessageBody, place) => ({ Id: String(place), MessageBody }))
      await queue.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))
    }
  }
  await Promise.all(Array.from({ length: SENT_AT_ONCE }, sendNext))
  const sent = performance.now()

  const expected = messages * eventsAMessage
  const pages = await untilCharged(api, names, expected)
  const seconds = (performance.now() - began) / 1000
  return {
    accounts,
    'events a message': eventsAMessage,
    events: expected,
    seconds: seconds.toFixed(2),
    'events/s': Math.round(expected / seconds),
    'lag s': ((performance.now() - sent) / 1000).toFixed(2),
    'events a page': Math.round(expected / pages),
  }
}

/** Every event costs one credit, so a balance counts them. Answers with the pages they took. */
async function untilCharged(api: StackAccess['api'], accounts: readonly string[], expected: number): Promise<number> {
  for (;;) {
    const balances = await Promise.all(
      accounts.map((account) =>
        api.get<{ charged: { credits: string }; seq: number }>(`/v1/accounts/${account}/balance`),
      ),
    )
    const charged = balances.reduce((sum, balance) => sum + Number(balance.charged.credits), 0)
    if (charged >= expected) return balances.reduce((sum, { seq }) => sum + seq - 1, 0)
    await wait(50)
  }
}

let randoms = 0n

function bodyOf(accounts: readonly string[], eventsAMessage: number, message: number): string {
  const events = Array.from({ length: eventsAMessage }, (_, place) => {
    randoms += 1n
    const account = accounts[(message + place) % accounts.length] ?? ''
    const time = Date.now()
    const id = accountBoundId('/bench', account, time, randoms)
    // 2 tool calls at 0.005 euros: one credit.
    return usageEvent({
      account,
      source: '/bench',
      id,
      time,
      user: `u-${place % 50}`,
      category: 'text',
      service: 'openai/gpt-4o',
      quantities: { tool_calls: 2 },
    }).text
  })
  return eventsAMessage === 1 ? (events[0] ?? '') : `[${events.join(',')}]`
}
