/**
 * What real AWS refuses or does otherwise, held against the code. The synthesized template: `aws-limits.test.ts`. Answers and stored items
 * at their bounds have tests beside their writers.
 */
import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { operations } from '../../shared/api/operations.ts'
import { gateKey } from '../../shared/limits/gates/gates-of.ts'
import { MESSAGE_BYTES, NAME_CHARACTERS } from '../../shared/usage/limits.ts'
import { ofType, rendered, variants } from './variants.ts'

const sourcesIn = (...folders: readonly string[]) =>
  globSync(folders.map((folder) => `${folder}/**/*.ts`)).map((file) => ({ file, text: readFileSync(file, 'utf8') }))

const stored = sourcesIn('shared', 'functions', 'infra/cli')
const deployed = sourcesIn('shared', 'functions')

/** Where a pattern stands in the code, as `file: text`. */
const found = (sources: typeof stored, pattern: RegExp): readonly string[] =>
  sources.flatMap(({ file, text }) => [...text.matchAll(pattern)].map(([one]) => `${file}: ${one}`))

describe('DynamoDB', () => {
  test('no expression names an attribute by a reserved word', () => {
    const { resolve } = createRequire(import.meta.url)
    const list = /var RESERVED_WORDS = \{([^}]+)\}/.exec(readFileSync(resolve('dynalite/validations/index.js'), 'utf8'))
    const reserved = new Set([...(list?.[1] ?? '').matchAll(/\b[A-Z]+\b/g)].map(([word]) => word))
    expect(reserved.size).toBeGreaterThan(500)
    const expressions = stored.flatMap(({ file, text }) =>
      [...text.matchAll(/'([^'\n]+)'/g)]
        .map(([, expression = '']) => ({ file, expression }))
        .filter(({ expression }) => /(?:[<=>]|BETWEEN) :\w|attribute_(?:not_)?exists\(/.test(expression)),
    )
    expect(expressions.length).toBeGreaterThan(40)
    const operators = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'SET', 'REMOVE', 'ADD', 'DELETE'])
    const taken = expressions.flatMap(({ file, expression }) =>
      [...expression.matchAll(/(?<![#:\w])[A-Za-z_]+(?!\w*\()/g)]
        .map(([word]) => word)
        .filter((word) => !operators.has(word) && reserved.has(word.toUpperCase()))
        .map((word) => `${file}: ${word} in ${expression}`),
    )
    expect(taken).toEqual([])
  })

  test('keys have room for names of 128 characters of four bytes: 2,048 bytes, and 1,024 for a sort key', () => {
    const name = '\u{1f600}'.repeat(NAME_CHARACTERS)
    const account = 'a'.repeat(63)
    for (const scope of [{ of: 'user', user: name } as const, { of: 'group', group: name } as const])
      expect(Buffer.byteLength(gateKey(account, scope))).toBeLessThanOrEqual(2048)
    expect(Buffer.byteLength(`user#${name}`)).toBeLessThanOrEqual(1024)
  })

  test('an index is never read consistently: DynamoDB refuses that', () => {
    const indexed = stored.flatMap(({ file, text }) =>
      [...text.matchAll(/new QueryCommand\(\{[\s\S]*?\}\),?\n/g)]
        .filter(([query]) => /IndexName/.test(query) && /ConsistentRead/.test(query))
        .map(() => file),
    )
    expect(found(stored, /IndexName|\bindex: ['A-Z]/g).length).toBeGreaterThan(3)
    expect(indexed).toEqual([])
  })

  test('nothing writes in transactions or batches, which no condition and no copy of the log would see', () => {
    expect(found(stored, /\b(?:TransactWrite|BatchWrite|TransactGet)\w*/g)).toEqual([])
  })
})

describe('S3', () => {
  test('objects are put by PutObject alone, never copied, with the checksum that a lock asks for', () => {
    expect(found(stored, /\b(?:CopyObject|CreateMultipartUpload|lib-storage)\w*/g)).toEqual([])
    expect(found(stored, /\b(?:requestChecksumCalculation|WHEN_REQUIRED)\b/gi)).toEqual([])
  })
})

describe('SQS and EventBridge', () => {
  test('a message has at most 1 MiB', () => {
    expect(MESSAGE_BYTES).toBeLessThanOrEqual(1024 * 1024)
  })
})

describe('CloudWatch', () => {
  test('a function writes at most 100 metrics, with no dimension but its service', () => {
    const metrics = new Set(
      deployed.flatMap(({ text }) => [...text.matchAll(/addMetric\('(\w+)'/g)].map(([, name]) => name)),
    )
    expect(metrics.size).toBeGreaterThan(10)
    expect(metrics.size).toBeLessThanOrEqual(100)
    expect(found(deployed, /\baddDimensions?\b/g)).toEqual([])
  })
})

describe('Lambda', () => {
  test.each(globSync('functions/*/handler.ts'))(
    '%s loads with the environment of the template, and takes no callback',
    async (file) => {
      const { template } = variants[0]
      const name = file.split('/')[1]
      const unset = { MAIL_FROM: 'none', WEBHOOK_URL: 'none' }
      for (const [, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
        const { Variables } = rendered(template, Properties['Environment']) as {
          readonly Variables: Record<string, string>
        }
        if (Variables['POWERTOOLS_SERVICE_NAME'] === name)
          Object.assign(process.env, { AWS_REGION: 'eu-central-1' }, Variables, unset)
      }
      expect(process.env['POWERTOOLS_SERVICE_NAME']).toBe(name)
      const { handler } = (await import(`../../${file}`)) as {
        readonly handler: (...given: readonly unknown[]) => unknown
      }
      expect(handler.length).toBeLessThanOrEqual(2)
    },
  )

  test('no function keeps anything in files', () => {
    const writing = found(deployed, /\b(?:writeFile|appendFile|createWriteStream|mkdir)\w*/g)
    expect(writing).toEqual([])
  })
})

describe('the HTTP API', () => {
  test('has room in 10,240 bytes for the longest path, cursor and key beside a token of 6 KB', () => {
    const paths = operations.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, 'x'.repeat(100))}`)
    const longest = Math.max(...paths.map((path) => path.length))
    const sent = { cursor: 2000, key: 128, token: 6 * 1024, others: 400 }
    expect(longest + Object.values(sent).reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(10_240)
  })
})
