import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { openJournal } from '../../infra/local/engines/change-journal.ts'
import { failedIds } from '../../infra/local/mappings/queue-mapping.ts'
import { allows } from '../../infra/local/permissions.ts'
import { startSchedule } from '../../infra/local/schedules.ts'
import { startStack } from '../../infra/local/stack.ts'
import { localStack } from '../../infra/local/template/local-stack.ts'
import { holds, resolve } from '../../infra/local/template/resolve.ts'
import { smallResources, writeAssembly } from './small-stack.ts'
import { temporary } from './temporary.ts'

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

  test.each<[unknown, boolean]>([
    [{ 'Fn::Equals': [{ Ref: 'A' }, 'ref-A'] }, true],
    [{ 'Fn::Not': [{ Condition: 'Yes' }] }, false],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
  ])('holds the condition %j as CloudFormation does', (condition, expected) => {
    expect(holds(condition, names)).toBe(expected)
  })

  test.each<[string, object, RegExp]>([
    ['an intrinsic function', { QueueName: { 'Fn::Cidr': [] } }, /^Odd: .*Fn::Cidr.*AWS::SQS::Queue/],
    ['a property', { ContentBasedDeduplication: true }, /^Odd: .*ContentBasedDeduplication.*AWS::SQS::Queue/],
    ['a kind of queue', { FifoQueue: true }, /^Odd: /],
  ])('with %s that the runner does not know is refused, naming the resource', async (_, Properties, message) => {
    const odd = { Odd: { Type: 'AWS::SQS::Queue', Properties: Properties as Record<string, unknown> } }
    const assembly = writeAssembly(temporary(), { ...smallResources, ...odd })
    await expect(startStack({ directory: temporary(), assembly })).rejects.toThrow(message)
  })

  test('may have anything in it that a condition leaves out', () => {
    const template = {
      Parameters: { Issuer: { Default: 'other' } },
      Conditions: { Own: { 'Fn::Equals': [{ Ref: 'Issuer' }, ''] } },
      Resources: {
        Pool: { Type: 'AWS::Cognito::UserPool', Condition: 'Own' },
        Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::If': ['Own', { Ref: 'Pool' }, 'work'] } } },
      },
      Outputs: { PoolId: { Value: { Ref: 'Pool' }, Condition: 'Own' } },
    }
    const assembled = { name: 'small', template, assets: new Map() }
    const at = (parameters: Record<string, string>) =>
      localStack(assembled, { apiUrl: '', queueUrl: (name) => name, parameters })
    expect(at({}).ofType('AWS::SQS::Queue')[0]?.properties).toEqual({ QueueName: 'work' })
    expect(at({}).outputs).toEqual({})
    expect(() => at({ Issuer: '' })).toThrow('AWS::Cognito::UserPool')
  })

  test.each<[string, Record<string, unknown>]>([
    ['a Deny', { Effect: 'Deny', Action: 'dynamodb:PutItem', Resource: '*' }],
    ['a condition', { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: '*', Condition: { Bool: {} } }],
  ])('with %s in a policy is refused: half understood, it would allow too much', async (_, statement) => {
    const odd = { Type: 'AWS::IAM::Policy', Properties: { Roles: [], PolicyDocument: { Statement: [statement] } } }
    const assembly = writeAssembly(temporary(), { ...smallResources, Odd: odd })
    await expect(startStack({ directory: temporary(), assembly })).rejects.toThrow(/^Odd: /)
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
    expect(leftovers.intents).toEqual([{ number: unknown, keys: { id: { S: '4' } }, deletes: false }])
    expect(openJournal(directory, 't').intend({})).toBeGreaterThan(unknown!)
  })

  test('forgets what was processed, on the disk too, and gives no number twice', () => {
    const directory = temporary()
    const journal = openJournal(directory, 't', 2_000)
    const record = { eventID: 'x'.repeat(100) }
    let last = 0
    for (let count = 0; count < 200; count += 1) {
      last = journal.intend({ id: { S: String(count) } })
      journal.record(last, record)
      journal.processed(last)
    }
    expect(statSync(join(directory, 't.jsonl')).size).toBeLessThan(3_000)
    expect(openJournal(directory, 't').intend({})).toBe(last + 1)
  })
})

describe('a schedule', () => {
  test.each([
    'rate(1 month)',
    'rate(60 days)',
    'cron(0 3 L * ? *)',
    'cron(0 3 ? * 2#1 *)',
    'cron(0 3 ? * 6L *)',
    'cron(0 3 * * ? 2030)',
    'at(2030-01-01T00:00:00)',
  ])('%s is refused: it would run at other times', (expression) => {
    const schedule = { logicalId: 'Nightly', expression, run: async () => undefined }
    expect(() => startSchedule(schedule)).toThrow(/^Nightly: /)
  })

  test('runs at its rate, and never twice at a time', async () => {
    vi.useFakeTimers()
    try {
      let begun = 0
      const ends: (() => void)[] = []
      const run = () => {
        begun += 1
        return new Promise<void>((end) => ends.push(end))
      }
      const stop = startSchedule({ logicalId: 'Often', expression: 'rate(1 minute)', run })
      await vi.advanceTimersByTimeAsync(59_000)
      expect(begun).toBe(0)
      await vi.advanceTimersByTimeAsync(121_000)
      expect(begun).toBe(1)
      ends.pop()!()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(begun).toBe(2)
      ends.pop()!()
      await stop()
    } finally {
      vi.useRealTimers()
    }
  })
})
