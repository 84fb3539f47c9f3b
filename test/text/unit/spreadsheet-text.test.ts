import { describe, expect, test } from 'vitest'
import { spreadsheetText } from '../../../shared/text/spreadsheet-text.ts'

const signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠']
const blanks = ['', ' ', '\t', '\r', '\n', '\r\n', '  \t', '\u00a0', '\u3000', '\ufeff', '\u200b', '\u200e']

describe('a text in a table', () => {
  test.each(signs.flatMap((sign) => blanks.map((blank) => `${blank}${sign}cmd|' /C calc'!A0`)))(
    '%j is marked as text',
    (text) => {
      expect(spreadsheetText(text)).toBe(`'${text}`)
    },
  )

  test.each(['', ' ', 'openai/gpt-4o', 'a=b', ' a = b', '1-2', "'=1", 'ä', '你好'])('%j stays as it is', (text) => {
    expect(spreadsheetText(text)).toBe(text)
  })
})
