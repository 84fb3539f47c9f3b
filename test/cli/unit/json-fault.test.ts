import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonFault } from '../../../infra/cli/lib/publish/json-fault.ts'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('where a text stops being JSON', () => {
  test.each([
    ['[\n {"subject": "acme"},\n {"subject": acme}\n]', { line: 3, column: 14, found: 'acme}' }],
    ['\n\n{"a":NaN}', { line: 3, column: 6, found: 'NaN}' }],
    ['{"a":1,}', { line: 1, column: 8, found: '}' }],
    ['[1,]', { line: 1, column: 4, found: ']' }],
    ['[1}', { line: 1, column: 3, found: '}' }],
    ['[1] [2]', { line: 1, column: 5, found: '[2]' }],
    ['{"a" 1}', { line: 1, column: 6, found: '1}' }],
    ['{"a":', { line: 1, column: 6, found: '' }],
    ['', { line: 1, column: 1, found: '' }],
  ])('%j', (text, fault) => {
    expect(jsonFault(text)).toEqual(fault)
  })

  test('is nowhere in JSON, however it is spaced', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(8), (text, indent) => {
        expect(jsonFault(text)).toBeUndefined()
        expect(jsonFault(` ${JSON.stringify(JSON.parse(text), null, indent)}\n`)).toBeUndefined()
      }),
    )
  })

  test('is found in exactly those texts that JSON.parse refuses', () => {
    const scraps = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u00e',
      '\\',
      '"',
      '1',
      '-',
      '0',
      'e5',
      'null',
      ' ',
      '\n',
      '\u0000',
      '\u0085',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        expect(jsonFault(text) === undefined).toBe(isJson(text))
      }),
      { numRuns: 2000 },
    )
  })

  test('is found behind a string of a million characters', () => {
    expect(jsonFault(`["${'\\n'.repeat(500_000)}" x`)).toMatchObject({ line: 1, found: 'x' })
  })
})
