import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { hashOfSources } from '../../infra/local/synthesize.ts'
import { temporary } from './temporary.ts'

let project: string
const write = (name: string, text: string): void => writeFileSync(join(project, name), text)

beforeEach(() => {
  project = temporary()
  mkdirSync(join(project, 'shared', 'money'), { recursive: true })
  write('package-lock.json', '{}')
  write('shared/money/exact.ts', 'one')
})

test('an assembly of the same sources and context has the same hash', () => {
  expect(hashOfSources(project, '{}')).toBe(hashOfSources(project, '{}'))
})

test.each<[string, () => void]>([
  ['a source changes', () => write('shared/money/exact.ts', 'two')],
  ['a source comes', () => write('shared/money/amounts.ts', 'one')],
  ['a package changes', () => write('package-lock.json', '{"a":1}')],
])('it has another one when %s', (_, change) => {
  const before = hashOfSources(project, '{}')
  change()
  expect(hashOfSources(project, '{}')).not.toBe(before)
})

test('it has another one with another context', () => {
  expect(hashOfSources(project, '{"stage":"local"}')).not.toBe(hashOfSources(project, '{}'))
})
