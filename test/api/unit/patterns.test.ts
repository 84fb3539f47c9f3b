import { beforeAll, describe, expect, test } from 'vitest'
import { operations } from '../../../shared/api/operations.ts'
import { openApiDocument } from '../../../shared/http/openapi-document.ts'
import { usageEventJsonSchema } from '../../../shared/usage/usage-event.ts'
import { patternFault } from './shared-pattern.ts'

/** Every text under the name `pattern`, wherever it stands. */
function patternsIn(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([name, inner]) =>
    name === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  )
}

/** One of each kind of character that patterns tell apart, alone and in a row. */
const TEXTS = [
  '',
  'a',
  'Z',
  '0',
  '٣',
  '²',
  'é',
  'ſ',
  'K',
  '😀',
  '-',
  '_',
  '.',
  '/',
  '*',
  ' ',
  '\n',
  '\u0000',
  '\u0085',
  '\u00a0',
  '\u2028',
].flatMap((one) => [one, one.repeat(2), `${one}a`, `a${one}`, `a/${one}`, `1.${one}`, one.repeat(128), one.repeat(300)])

describe('the patterns that we publish', () => {
  let published: ReadonlySet<string>
  beforeAll(async () => {
    published = new Set(patternsIn([await openApiDocument(operations), usageEventJsonSchema()]))
  })

  test('stay in what ECMA-262, Python and Go share', () => {
    expect(published.size).toBeGreaterThan(20)
    expect([...published].flatMap((pattern) => patternFault(pattern) ?? [])).toEqual([])
  })

  test('mean the same in ECMA-262 with the flag u and without it', () => {
    for (const pattern of published)
      for (const text of TEXTS)
        expect([pattern, text, new RegExp(pattern).test(text)]).toEqual([
          pattern,
          text,
          new RegExp(pattern, 'u').test(text),
        ])
  })
})

describe('the shared subset of patterns', () => {
  test.each([
    '^$',
    '^[a-z0-9][a-z0-9-]{1,62}$',
    '^(?:0|[1-9][0-9]{0,11})(?:\\.[0-9]{1,18})?$',
    '^[^\\x00-\\x1f\\x7f-\\x9f]+$',
    '^[^/*]+/(?:\\*|[^*]+)$',
    '^(?:[a-z]{0,61}\\.)+$',
    '^a{1000}$',
  ])('has %s', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined()
  })

  test.each([
    '[a-z]',
    '^a',
    'a$',
    '^\\d+$',
    '^\\w$',
    '^\\p{L}$',
    '^\\u00e9$',
    '^é$',
    '^.$',
    '^(a)$',
    '^(?=a)a$',
    '^(?!a)b$',
    '^(?<=a)b$',
    '^(?<name>a)$',
    '^(?i:a)$',
    '^a+?$',
    '^a{2}{3}$',
    '^a{1001}$',
    '^(?:a{500}){3}$',
    '^a{2,1}$',
    '^[^a]{1,3}$',
    '^[]$',
    '^[z-a]$',
    '^[a&&b]$',
    '^[a--b]$',
    '^[[a]$',
    '^a{$',
    '^a$b$',
    '^(?:a$',
    '^\\x0$',
    '^\\bA$',
  ])('does not have %s', (pattern) => {
    expect(patternFault(pattern)).toBeDefined()
  })
})
