import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitting } from '../../../../shared/http/fitting.ts'
import { identityOf } from '../../../../shared/ledger/entries/entries.ts'
import type { Ceiling } from '../../../../shared/ledger/entries/limit-settings.ts'
import type { LimitsEntry } from '../../../../shared/ledger/entries/limits.ts'
import { credits } from '../../../../shared/money/amounts.ts'
import { type Api, opened, startApi } from '../../../api/engine/api.ts'
import { largeText } from '../../../world/large-text.ts'
import { limited } from '../../../world/limit-entries.ts'
import { writerOn } from '../../../world/log-writer.ts'

/** AWS: a function's answer, its body a text in JSON. */
const ANSWER_BYTES = 6_291_556
const payloadBytes = (body: unknown): number => Buffer.byteLength(JSON.stringify({ body: JSON.stringify(body) }))

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const MOST_CEILINGS = 200
const VERSIONS = 30

const largest = (n: number): Ceiling => ({
  id: `c-${n}`.padEnd(63, '0'),
  name: largeText(128),
  scope: { of: 'group', group: largeText(128) },
  category: 'text',
  service: `o/${largeText(60)}`,
  window: { kind: 'month' },
  limit: credits('1'),
})

async function write(account: string, entry: LimitsEntry): Promise<void> {
  const writer = writerOn(api.tables)
  const proposal = {
    identity: identityOf(entry, account),
    boundAt: undefined,
    differenceFrom: () => [],
    settle: () => ({ kind: 'entry', entry }) as const,
  }
  const [outcome] = await writer.commit(account, [proposal], () => 20_000)
  expect(outcome?.kind).toBe('committed')
}

describe('an answer is never larger than a function may answer', () => {
  test('entries of the largest kind come in as many answers as they take, each once', async () => {
    const account = await opened(api)
    for (let n = 0; n < VERSIONS; n += 1)
      await write(account, limited({ ceilings: Array.from({ length: MOST_CEILINGS }, (_, c) => largest(c)) }))
    const seen: number[] = []
    let after = ''
    do {
      const { status, body } = await api.call('listEntries', { params: { account }, query: `limit=1000${after}` })
      expect(status).toBe(200)
      expect(payloadBytes(body)).toBeLessThanOrEqual(ANSWER_BYTES)
      seen.push(...body.entries.map(({ page }: { page: number }) => page))
      after = body.next === undefined ? '' : `&after=${body.next}`
    } while (after !== '')
    expect(seen).toEqual(Array.from({ length: VERSIONS + 1 }, (_, n) => n + 1))
  }, 120_000)

  test('what fits is measured as it is answered, where a quotation mark takes two bytes, and one in a text four', () => {
    const items = Array.from({ length: 6 }, () => ({ reason: '"'.repeat(1_000_000) }))
    expect(fitting(items)).toHaveLength(1)
    expect(payloadBytes(fitting(items))).toBeLessThanOrEqual(ANSWER_BYTES)
  })
})
