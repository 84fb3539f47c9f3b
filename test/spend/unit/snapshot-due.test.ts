import { describe, expect, test } from 'vitest'
import { isSnapshotDue, TAIL_AGE_MS } from '../../../shared/spend/snapshot-due.ts'
import { charged, logOf, NOON } from '../../world/pages.ts'

const tailOf = (pages: number) => logOf('acme', ...Array.from({ length: pages }, () => [charged('1')]))

describe('a snapshot is due', () => {
  test('never without pages after it', () => {
    expect(isSnapshotDue([], NOON)).toBe(false)
  })

  test('with the 1,024th page', () => {
    expect(isSnapshotDue(tailOf(1023), NOON)).toBe(false)
    expect(isSnapshotDue(tailOf(1024), NOON)).toBe(true)
  })

  test('with 256 KB of pages', () => {
    const [page] = tailOf(1)
    const large = { ...page!, body: new Uint8Array(128 * 1024) }
    expect(isSnapshotDue([large], NOON)).toBe(false)
    expect(isSnapshotDue([large, large], NOON)).toBe(true)
  })

  test('when the oldest page after it is five minutes old', () => {
    const written = NOON + 1000
    expect(isSnapshotDue(tailOf(2), written + TAIL_AGE_MS - 1)).toBe(false)
    expect(isSnapshotDue(tailOf(2), written + TAIL_AGE_MS)).toBe(true)
  })
})
