import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerBytes, fitting } from '../../../shared/http/fitting.ts'

test('a page is as long as fits into an answer, and holds one item at least', () => {
  expect(fitting([])).toEqual([])
  expect(fitting(['ä'.repeat(50), 'b'], 10)).toHaveLength(1)
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 })), fc.nat(200), (items, most) => {
      const page = fitting(items, most)
      expect(page).toEqual(items.slice(0, page.length))
      const bytesOf = (some: readonly string[]) => answerBytes(JSON.stringify(some))
      if (page.length > 1) expect(bytesOf(page)).toBeLessThanOrEqual(most + 1)
      if (page.length < items.length) expect(bytesOf(items.slice(0, page.length + 1))).toBeGreaterThan(most)
    }),
  )
})
