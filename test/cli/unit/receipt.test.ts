import { describe, expect, test } from 'vitest'
import { receiptLines } from '../../../infra/cli/lib/log/receipt.ts'
import { grouped, tableLines } from '../../../infra/cli/lib/table.ts'

const row = (meter: string, quantity: string, price: string, per: string, eur: string, credits: string) => ({
  meter,
  quantity,
  price,
  per,
  cost: { eur, credits },
})

const chat = {
  rows: [
    row('input_tokens', '523', '3', '1000000', '0.001569', '0.1569'),
    row('output_tokens', '1247', '12', '1000000', '0.014964', '1.4964'),
    row('tool_calls', '2', '0.005', '1', '0.01', '1'),
  ],
  total: { eur: '0.026533', credits: '2.6533' },
}

describe('a receipt', () => {
  test('shows rounded rows and the exact total', () => {
    const lines = receiptLines(chat)
    expect(lines[2]).toMatch(/^input tokens +523 +3\.00 € \/ 1M +0\.0016 € +0\.16$/)
    expect(lines[3]).toMatch(/^output tokens +1,247 +12\.00 € \/ 1M +0\.0150 € +1\.50$/)
    expect(lines[4]).toMatch(/^tool calls +2 +0\.005 € each +0\.0100 € +1\.00$/)
    expect(lines.at(-1)).toMatch(/^Total, exact +0\.026533 € +2\.6533$/)
  })
})

describe('a table', () => {
  test('is as wide as its widest cell, in characters, whatever their colour', () => {
    expect(
      tableLines(
        ['A', '>B'],
        [
          ['\u001B[1mäöü\u001B[22m', '1'],
          ['x', '200'],
        ],
      ),
    ).toEqual(['A      B', '───  ───', '\u001B[1mäöü\u001B[22m    1', 'x    200'])
  })

  test.each([
    ['0', '0'],
    ['999', '999'],
    ['1247', '1,247'],
    ['-1234567.8901', '-1,234,567.8901'],
  ])('shows %s as %s', (digits, shown) => {
    expect(grouped(digits)).toBe(shown)
  })
})
