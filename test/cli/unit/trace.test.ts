import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { grantFor } from '../../../infra/cli/lib/replay/replay-account.ts'
import {
  firstReplay,
  readTrace,
  readTraceTime,
  shiftToEndAt,
  traceEvents,
} from '../../../infra/cli/lib/replay/trace.ts'
import { readMessage } from '../../../shared/usage/read-message.ts'

const azure = { time: 'TIMESTAMP', input: 'ContextTokens', output: 'GeneratedTokens' }
const content = readFileSync(new URL('../../fixtures/trace.csv', import.meta.url))
const rows = readTrace(content, azure)
const NOW = Date.UTC(2026, 10, 23, 10, 15, 30)

const use = {
  account: 'trace',
  service: 'openai/gpt-4o',
  user: 'trace',
  at: 'original',
  ids: 'bound',
  fileHash: 'ab'.repeat(32),
  shiftMs: 0,
} as const

const csv = (...lines: string[]): Uint8Array => Buffer.from(lines.join('\n'))

describe('a trace', () => {
  test('is read to its last row, although no newline ends it', () => {
    expect(content.at(-1)).not.toBe('\n'.charCodeAt(0))
    expect(rows).toHaveLength(40)
    expect(rows[0]).toEqual({ row: 1, time: Date.UTC(2024, 2, 5, 9, 30, 1, 331), input: '3254', output: '25' })
  })

  test.each([
    ['2023-11-16 18:17:03.9799600', Date.UTC(2023, 10, 16, 18, 17, 3, 979)],
    ['2023-11-16T18:17:03Z', Date.UTC(2023, 10, 16, 18, 17, 3)],
    ['2023-11-16 18:17:03+01:00', Date.UTC(2023, 10, 16, 17, 17, 3)],
  ])('of time %s is read in UTC where no zone stands', (text, instant) => {
    expect(readTraceTime(text)).toBe(instant)
  })

  test.each(['', 'yesterday', '2023-02-30 10:00:00', '1969-12-31 23:59:59', '16.11.2023 18:17'])(
    'with the time %j is refused with its row',
    (text) => {
      expect(() => readTrace(csv('TIMESTAMP,ContextTokens,GeneratedTokens', `${text},1,2`), azure)).toThrow(/^row 1: /)
    },
  )

  test('may have other columns, and says which it has when ours are missing', () => {
    const other = csv('when,in,out', '2024-01-01 00:00:00,1,2')
    expect(readTrace(other, { time: 'when', input: 'in', output: 'out' })).toHaveLength(1)
    expect(() => readTrace(other, azure)).toThrow(
      'no column TIMESTAMP, ContextTokens, GeneratedTokens; the file has when',
    )
  })

  test.each([
    ['no rows', csv('TIMESTAMP,ContextTokens,GeneratedTokens')],
    ['not a CSV file', csv('TIMESTAMP,ContextTokens,GeneratedTokens', '"2024')],
  ])('that has %s is refused', (why, file) => {
    expect(() => readTrace(file, azure)).toThrow(why)
  })
})

describe('the events of a trace', () => {
  test('are one a row, valid, with bound ids of their own times', () => {
    const reads = traceEvents(rows, use).map(({ text }) => readMessage(text, NOW)[0]!)
    expect(reads.every(({ kind }) => kind === 'event')).toBe(true)
    reads.forEach((read, place) => {
      if (read.kind === 'event') expect(read.event.boundAt).toBe(rows[place]!.time)
    })
  })

  test('have the same ids at every replay of the same file, and other ids for another file', () => {
    const ids = traceEvents(rows, use).map(({ id }) => id)
    expect(traceEvents(rows, use).map(({ id }) => id)).toEqual(ids)
    expect(new Set(ids).size).toBe(40)
    const others = traceEvents(rows, { ...use, fileHash: 'cd'.repeat(32) })
    expect(others.some(({ id }) => ids.includes(id))).toBe(false)
  })

  test('are other uses for each of the four ways to replay', () => {
    const ways = (['original', 'now'] as const).flatMap((at) =>
      (['bound', 'plain'] as const).map((ids) => ({ at, ids })),
    )
    const identities = ways
      .flatMap((way) => traceEvents(rows, { ...use, ...way }))
      .map(({ source, id }) => `${source} ${id}`)
    expect(new Set(identities).size).toBe(160)
  })

  test('leave it to the edge to refuse what is no quantity', () => {
    const [event] = traceEvents([{ row: 1, time: 0, input: '0x10', output: '-1' }], use)
    expect(readMessage(event!.text, NOW)[0]).toMatchObject({ kind: 'invalid', reason: 'event.schema' })
  })
})

describe('a trace moved to now', () => {
  test('ends at the first replay, with the distances between its rows kept', () => {
    const shift = shiftToEndAt(rows, NOW)
    expect(Math.max(...rows.map(({ time }) => time + shift))).toBe(NOW)
  })

  test('keeps to the first replay into the folder ever after', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'groschen-replays-'))
    expect(await firstReplay(directory, 'a', NOW)).toBe(NOW)
    expect(await firstReplay(directory, 'b', NOW + 5)).toBe(NOW + 5)
    expect(await firstReplay(directory, 'a', NOW + 9)).toBe(NOW)
  })
})

test('the grant of a replay covers it in whole hundreds of euros', () => {
  expect(grantFor(rows, 'openai/gpt-4o')).toBe('100.00')
  expect(grantFor([{ row: 1, time: 0, input: '90000000', output: '0' }], 'openai/gpt-4o')).toBe('300.00')
  expect(grantFor(rows, 'somebody/else')).toBe('100.00')
})
