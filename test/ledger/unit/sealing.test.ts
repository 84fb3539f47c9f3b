import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FRESH_WINDOW_MS } from '../../../shared/ledger/coverage/coverage-rule.ts'
import {
  BUCKET_MS,
  bucketOf,
  decodeIdIndex,
  encodeIdIndex,
  type IdIndex,
  placesIn,
  sealedFrom,
} from '../../../shared/ledger/coverage/id-index.ts'
import { firstUnsealed, lastSealed, Sealing } from '../../../shared/ledger/coverage/sealing.ts'
import { usageIdentity } from '../../../shared/ledger/entries/charge.ts'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { MINUTE_MS } from '../../../shared/time/instant.ts'
import { charged, logOf, NOON, opened } from '../../world/pages.ts'

let ids = 0
const boundAt = (time: number): Entry => {
  ids += 1
  return charged('1', { id: `bound-${ids}`, boundAt: time })
}

/** A log whose bound ids have these minutes after noon, a page for each list. */
const logAt = (...minutes: readonly (readonly number[])[]): readonly Page[] =>
  logOf('acme', [opened()], ...minutes.map((times) => times.map((minute) => boundAt(NOON + minute * MINUTE_MS))))

const indexesOf = (pages: readonly Page[], first = 0): readonly IdIndex[] => {
  const seals = new Sealing(first)
  return pages.flatMap((page) => seals.add(page))
}

const chargesOf = (pages: readonly Page[]) =>
  pages.flatMap(({ header, entries }) =>
    entries.flatMap((entry) => (entry.kind === 'charge' ? [{ entry, seq: header.seq, logTime: header.logTime }] : [])),
  )

/** Pages of up to three ids, each up to half an hour behind the newest, over six hours. */
const logs = fc
  .array(fc.tuple(fc.nat(20), fc.array(fc.nat(45), { minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let now = 0
    return logAt(
      ...steps.map(([ahead, behind]) => {
        now += ahead
        return behind.map((minutes) => now - minutes)
      }),
    )
  })

describe('an index of a sealed bucket', () => {
  test('names the page of every id of its time that went without a marker, and no page for any other', () => {
    fc.assert(
      fc.property(logs, (pages) => {
        const indexes = new Map(indexesOf(pages).map((index) => [index.bucket, index]))
        for (const { entry, seq, logTime } of chargesOf(pages)) {
          const index = indexes.get(bucketOf(entry.boundAt!))
          const isFresh = logTime <= entry.boundAt! + FRESH_WINDOW_MS
          if (index !== undefined && isFresh) expect(placesIn(index, usageIdentity(entry))).toContain(seq)
          for (const other of indexes.values())
            if (other !== index) expect(placesIn(other, usageIdentity(entry))).toEqual([])
          if (index !== undefined)
            expect(placesIn(index, usageIdentity({ ...entry, id: `${entry.id}-never` }))).toEqual([])
        }
      }),
    )
  })

  test('reaches from before the bucket to a page from which on none of its ids is fresh', () => {
    fc.assert(
      fc.property(logs, (pages) => {
        for (const { bucket, pages: range, lastHash } of indexesOf(pages)) {
          const [from, to] = [pages[range.from.seq - 1]!.header, pages[range.to.seq - 1]!]
          expect(from.seq === 1 || from.logTime < bucket).toBe(true)
          expect(to.header.logTime).toBeGreaterThan(bucket + BUCKET_MS - 1 + FRESH_WINDOW_MS)
          expect(range).toMatchObject({ from: { logTime: from.logTime }, to: { logTime: to.header.logTime } })
          expect(lastHash).toBe(to.hash)
        }
      }),
    )
  })

  test('is there for every bucket with a fresh id that the log has sealed, once', () => {
    fc.assert(
      fc.property(logs, (pages) => {
        const head = pages.at(-1)!.header.logTime
        const fresh = chargesOf(pages).filter(({ entry, logTime }) => sealedFrom(bucketOf(entry.boundAt!)) > logTime)
        const expected = new Set(
          fresh.map(({ entry }) => bucketOf(entry.boundAt!)).filter((b) => sealedFrom(b) <= head),
        )
        const buckets = indexesOf(pages).map(({ bucket }) => bucket)
        expect(buckets.toSorted()).toEqual([...expected].toSorted())
      }),
    )
  })

  test('is the same, byte for byte, when Sealing goes on from a later page', () => {
    fc.assert(
      fc.property(logs, fc.nat(), (pages, n) => {
        const cursor = pages[n % pages.length]!.header.logTime
        const first = firstUnsealed(cursor)
        const start = pages.findLastIndex(({ header }) => header.logTime < first)
        const all = indexesOf(pages).filter(({ bucket }) => bucket >= first)
        expect(indexesOf(pages.slice(Math.max(start, 0)), first).map(encodeIdIndex)).toEqual(all.map(encodeIdIndex))
      }),
    )
  })

  test('waits until its last id can no longer come fresh', () => {
    const almost = logAt([0], [39.99])
    expect(indexesOf(almost)).toEqual([])
    expect(indexesOf(logAt([0], [39.99], [40]))).toMatchObject([{ bucket: bucketOf(NOON) }])
    expect(lastSealed(NOON + 40 * MINUTE_MS)).toBe(NOON)
    expect(firstUnsealed(NOON + 40 * MINUTE_MS)).toBe(NOON + BUCKET_MS)
  })
})

describe('an index as bytes', () => {
  const [index] = indexesOf(logAt([0, 1, 2], [3, 4], [60]))
  const bytes = encodeIdIndex(index!)

  test('reads back as it was', () => {
    expect(decodeIdIndex(bytes, 'acme', NOON)).toEqual(index)
  })

  test('is none of another account or bucket', () => {
    expect(decodeIdIndex(bytes, 'other', NOON)).toBeUndefined()
    expect(decodeIdIndex(bytes, 'acme', NOON + BUCKET_MS)).toBeUndefined()
  })

  test('is none when a bit of its records, or a byte of it, is lost', () => {
    for (let at = bytes.indexOf(0x0a) + 1; at < bytes.length; at += 1) {
      const other = Uint8Array.from(bytes)
      other[at]! ^= 1
      expect(decodeIdIndex(other, 'acme', NOON)).toBeUndefined()
    }
    for (let length = 0; length < bytes.length; length += 1)
      expect(decodeIdIndex(bytes.subarray(0, length), 'acme', NOON)).toBeUndefined()
  })
})
