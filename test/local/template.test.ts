import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openJournal } from '../../infra/local/engines/change-journal.ts'
import { failedIds } from '../../infra/local/mappings/queue-mapping.ts'
import { allows } from '../../infra/local/permissions.ts'
import { startStack } from '../../infra/local/stack.ts'
import { resolve } from '../../infra/local/template/resolve.ts'
import { smallResources, writeAssembly } from './small-stack.ts'

const temporary = () => mkdtempSync(join(tmpdir(), 'groschen-local-'))

describe('a template', () => {
  const names = {
    ref: (id: string) => `ref-${id}`,
    attribute: (id: string, name: string) => `${id}.${name}`,
    condition: (name: string) => name === 'Yes',
  }

  test.each<[unknown, unknown]>([
    [{ Ref: 'A' }, 'ref-A'],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'A.Arn'],
    [{ 'Fn::Join': ['-', ['x', { Ref: 'A' }]] }, 'x-ref-A'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
    [{ 'Fn::Sub': 'x-${A}-${B.Arn}-${!C}' }, 'x-ref-A-B.Arn-${C}'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    [{ 'Fn::If': ['Yes', 1, 2] }, 1],
    [{ a: [{ Ref: 'A' }, { Ref: 'AWS::NoValue' }], b: { Ref: 'AWS::NoValue' } }, { a: ['ref-A'] }],
  ])('means by %j what CloudFormation means', (value, meaning) => {
    expect(resolve(value, names)).toEqual(meaning)
  })

  test('with a function that the runner does not know is refused', () => {
    expect(() => resolve({ 'Fn::Cidr': [] }, names)).toThrow('Fn::Cidr')
  })

  test('with a resource that the runner does not know is refused, naming it', async () => {
    const assembly = writeAssembly(temporary(), { ...smallResources, Ledger: { Type: 'AWS::QLDB::Ledger' } })
    await expect(startStack({ directory: temporary(), assembly })).rejects.toThrow(/Ledger.*AWS::QLDB::Ledger/)
  })
})

describe('a role', () => {
  const permissions = [
    { actions: ['dynamodb:PutItem', 'sqs:*'], resources: ['arn:aws:dynamodb:l:0:table/a', 'arn:aws:sqs:l:0:q*'] },
  ]

  test('allows its actions on its resources alone', () => {
    expect(allows(permissions, 'dynamodb:PutItem', 'arn:aws:dynamodb:l:0:table/a')).toBe(true)
    expect(allows(permissions, 'sqs:ReceiveMessage', 'arn:aws:sqs:l:0:q1')).toBe(true)
    expect(allows(permissions, 'dynamodb:DeleteItem', 'arn:aws:dynamodb:l:0:table/a')).toBe(false)
    expect(allows(permissions, 'dynamodb:PutItem', 'arn:aws:dynamodb:l:0:table/ab')).toBe(false)
  })
})

describe('the answer to a batch', () => {
  const messages = [{ MessageId: 'a' }, { MessageId: 'b' }]

  test.each<[unknown, readonly string[]]>([
    [undefined, []],
    [null, []],
    [{}, []],
    [{ batchItemFailures: [] }, []],
    [{ batchItemFailures: [{ itemIdentifier: 'a' }] }, ['a']],
    [{ batchItemFailures: [{ itemIdentifier: '' }] }, ['a', 'b']],
    [{ batchItemFailures: [{ itemIdentifier: null }] }, ['a', 'b']],
    [{ batchItemFailures: [{ id: 'a' }] }, ['a', 'b']],
    [{ batchItemFailures: [{ itemIdentifier: 'c' }] }, ['a', 'b']],
  ])('%j fails what it fails on AWS', (answer, failed) => {
    expect([...failedIds(answer, messages)]).toEqual(failed)
  })
})

describe('a change journal', () => {
  test('knows after a kill what was not processed, and which writes nobody saw the end of', () => {
    const directory = temporary()
    const record = { eventID: 'r' }
    const journal = openJournal(directory, 't')
    const [processed, waiting, failed, unknown] = ['1', '2', '3', '4'].map((id) => journal.intend({ id: { S: id } }))
    journal.record(processed!, record)
    journal.processed(processed!)
    journal.record(waiting!, record)
    journal.nothing(failed!)

    const { leftovers } = openJournal(directory, 't')
    expect(leftovers.records).toEqual([{ number: waiting, record }])
    expect(leftovers.intents).toEqual([{ number: unknown, keys: { id: { S: '4' } } }])
    expect(openJournal(directory, 't').intend({})).toBeGreaterThan(unknown!)
  })
})
