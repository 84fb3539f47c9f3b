import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tableLines } from '../../../infra/cli/lib/table.ts'
import { wrapped } from '../../../infra/cli/lib/voice.ts'

describe('wrapping a text', () => {
  test('breaks between words', () => {
    expect(wrapped('one two three four', 9)).toEqual(['one two', 'three', 'four'])
  })

  test('keeps within the width, and loses nothing but the spaces at its breaks', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{1,30}( [a-z]{1,30}){0,20}$/),
        fc.integer({ min: 5, max: 60 }),
        (text, width) => {
          const lines = wrapped(text, width)
          expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width)
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        },
      ),
    )
  })
})

describe('a table', () => {
  const columns = ['Reason', 'Why']

  test('breaks its last column where the terminal ends', () => {
    expect(tableLines(columns, [['parked', 'no price for input tokens of this model']], { width: 30 })).toEqual([
      'Reason  Why',
      '──────  ────────────────────',
      'parked  no price for input',
      '        tokens of this model',
    ])
  })

  test('is as wide as it has to be where no width is given', () => {
    expect(tableLines(columns, [['parked', 'x'.repeat(300)]])).toHaveLength(3)
  })
})
