import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FRESH_WINDOW_MS,
  meetsCoverageRule,
  type PagePlace,
  type SeenRange,
  withPlace,
} from '../../../shared/ledger/coverage/coverage-rule.ts'

const at = (seq: number, logTime: number): PagePlace => ({ seq, logTime })
const seen = (...places: readonly PagePlace[]): readonly SeenRange[] =>
  places.reduce<readonly SeenRange[]>(withPlace, [])
const bound = (boundAt: number, markerSeq?: number) => ({ boundAt, markerSeq })
const opaque = (markerSeq?: number) => ({ boundAt: undefined, markerSeq })

describe('the coverage rule', () => {
  test('covers an event when every page was seen', () => {
    expect(meetsCoverageRule(bound(0), seen(at(1, 0), at(2, 5)), 2)).toBe(true)
    expect(meetsCoverageRule(opaque(), seen(at(1, 0), at(2, 5)), 2)).toBe(true)
  })

  test('does not need the pages before a bound id was made', () => {
    expect(meetsCoverageRule(bound(10), seen(at(7, 9)), 7)).toBe(true)
  })

  test('needs one more page when the oldest seen one is as old as the id', () => {
    expect(meetsCoverageRule(bound(10), seen(at(7, 10)), 7)).toBe(false)
  })

  test('an opaque id needs a marker for what was not seen, at the very page below', () => {
    expect(meetsCoverageRule(opaque(6), seen(at(7, 9)), 7)).toBe(true)
    expect(meetsCoverageRule(opaque(5), seen(at(7, 9)), 7)).toBe(false)
    expect(meetsCoverageRule(opaque(), seen(at(7, 9)), 7)).toBe(false)
  })

  test('a late bound id needs its own time seen and a marker for what came after', () => {
    const after = 10 + FRESH_WINDOW_MS + 1
    const around = seen(at(3, 9), at(4, 10), at(5, after), at(9, after + 5))
    expect(meetsCoverageRule(bound(10, 9), around, 9)).toBe(true)
    expect(meetsCoverageRule(bound(10, 8), around, 9)).toBe(true)
    expect(meetsCoverageRule(bound(10, 7), around, 9)).toBe(false)
    expect(meetsCoverageRule(bound(10), around, 9)).toBe(false)
  })

  test('a marker says nothing of pages within the fresh window', () => {
    const around = seen(at(3, 9), at(4, 10), at(5, 10 + FRESH_WINDOW_MS), at(9, 20 + FRESH_WINDOW_MS))
    expect(meetsCoverageRule(bound(10, 9), around, 9)).toBe(false)
  })

  test('does not cover an event when pages above the seen ones are unknown', () => {
    expect(meetsCoverageRule(bound(10), seen(at(6, 9)), 7)).toBe(false)
  })

  test('agrees with the rule applied page by page', () => {
    const log = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 9 })
    const scale = FRESH_WINDOW_MS / 4
    fc.assert(
      fc.property(
        log,
        fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
        fc.option(fc.nat(20)),
        fc.option(fc.nat(9)),
        (steps, looked, time, marker) => {
          let logTime = 0
          const pages = steps.map((step, place) => {
            logTime += step * scale
            return at(place + 1, logTime)
          })
          const known = pages.filter((page) => looked[page.seq - 1])
          const boundAt = time === null ? undefined : time * scale
          const markerSeq = marker ?? undefined
          const oneByOne = pages.every(
            (page) =>
              known.includes(page) ||
              (boundAt !== undefined && page.logTime < boundAt) ||
              (markerSeq !== undefined &&
                page.seq <= markerSeq &&
                (boundAt === undefined || page.logTime > boundAt + FRESH_WINDOW_MS)),
          )
          // What it says without having seen a page it may say only if the rule does: never the other way round.
          return !meetsCoverageRule({ boundAt, markerSeq }, seen(...known), pages.length) || oneByOne
        },
      ),
      { numRuns: 5000 },
    )
  })
})
