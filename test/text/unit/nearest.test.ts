import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearest } from '../../../shared/text/nearest.ts'
import { meters } from '../../../shared/usage/meters.ts'

const models = [
  'anthropic/claude-haiku-4-5',
  'anthropic/claude-opus-4-7',
  'openai/gpt-4o',
  'openai/gpt-4o-mini',
  'openai/whisper-1',
  'platform/workflow-wizard',
]

describe('the nearest name', () => {
  test.each([
    ['input_token', meters, 'input_tokens'],
    ['inptu_tokens', meters, 'input_tokens'],
    ['Input-Tokens', meters, 'input_tokens'],
    ['toolCalls', meters, 'tool_calls'],
    ['cached_input_token', meters, 'cached_input_tokens'],
    ['web_search', ['web-search', 'file-search'], 'web-search'],
    ['hgih', ['low', 'medium', 'high'], 'high'],
    ['VERY HIGH', ['high', 'very-high'], 'very-high'],
    ['openai/gpt-4o-mni', models, 'openai/gpt-4o-mini'],
    ['gpt-4o', models, 'openai/gpt-4o'],
    ['openai/gpt-4o-2024-08-06', models, 'openai/gpt-4o'],
    ['anthropic/claude-haiku-4.5-20251001', models, 'anthropic/claude-haiku-4-5'],
    ['platform/workflow_wizzard', models, 'platform/workflow-wizard'],
  ])('of %s is found', (name, known, right) => {
    expect(nearest(name, known)).toBe(right)
    expect(nearest(name, [...known].reverse())).toBe(right)
  })

  test.each([
    ['flex', ['batch', 'priority']],
    ['mistral/mixtral-8x22b', models],
    ['x', ['y']],
    ['_', ['a']],
    ['', ['']],
    ['tokens', []],
  ])('of %j is none where nothing is near', (name, known) => {
    expect(nearest(name, known)).toBeUndefined()
  })

  test('is the same whatever the order, and a known name is nearest to itself', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1 }),
        fc.string(),
        (known, name) => {
          expect(nearest(name, [...known].reverse())).toBe(nearest(name, known))
        },
      ),
    )
  })

  test('is within a third of the letters of what one edit made of it', () => {
    const words = fc.array(fc.constantFrom(...'abcdefgh'), { minLength: 3, maxLength: 20 })
    fc.assert(
      fc.property(words, fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (letters, at, slip) => {
        const place = at % letters.length
        const written = [...letters]
        if (slip === 'drop' && letters.length > 3) written.splice(place, 1)
        if (slip === 'double') written.splice(place, 0, letters[place] ?? '')
        if (slip === 'swap' && place > 0) written.splice(place - 1, 2, letters[place] ?? '', letters[place - 1] ?? '')
        expect(nearest(written.join(''), [letters.join('')])).toBe(letters.join(''))
      }),
    )
  })

  test('of names longer than any of ours is looked for in bounded work', () => {
    const known = Array.from({ length: 3000 }, (_, n) => `vendor/${'model-'.repeat(20)}${n}`)
    expect(nearest('m'.repeat(1_000_000), known)).toBeUndefined()
    expect(nearest(`vendor/${'model-'.repeat(30)}`, known)).toMatch(/^vendor/)
  })
})
