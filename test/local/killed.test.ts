import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, expect, test, vi } from 'vitest'
import { type RunningStack, startStack } from '../../infra/local/stack.ts'
import { smallResources, writeAssembly } from './small-stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'groschen-killed-'))
const directory = join(folder, 'data')
const operator = { region: 'eu-central-1', credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'x' } }
let stack: RunningStack | undefined

afterAll(async () => {
  await stack?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The other tests' queue gives a message up after two receives; on a busy machine a kill and a start may take both. */
const patientQueue = {
  Type: 'AWS::SQS::Queue',
  Properties: {
    VisibilityTimeout: 5,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 20 },
  },
}

test('what was accepted before a kill is handed on after it, and nothing else is lost either', async () => {
  const assembly = writeAssembly(join(folder, 'assembly'), { ...smallResources, Work: patientQueue })
  const runner = fork(new URL('run-small-stack.ts', import.meta.url), [directory, assembly])
  const [{ outputs, endpoints }] = (await once(runner, 'message')) as [Pick<RunningStack, 'outputs' | 'endpoints'>]
  const sqs = new SQSClient({ ...operator, endpoint: endpoints.sqs })
  const dynamodb = new DynamoDBClient({ ...operator, endpoint: endpoints.dynamodb })
  const ids = Array.from({ length: 60 }, (_, index) => `number ${index}`)
  await Promise.all(
    ids.flatMap((id) => [
      sqs.send(new SendMessageCommand({ QueueUrl: outputs['Work'], MessageBody: id })),
      dynamodb.send(new PutItemCommand({ TableName: outputs['Watched'], Item: { id: { S: id }, text: { S: id } } })),
    ]),
  )
  runner.kill('SIGKILL')
  await once(runner, 'exit')
  sqs.destroy()
  dynamodb.destroy()

  const restarted = await startStack({ directory, assembly })
  stack = restarted
  const again = new DynamoDBClient({ ...operator, endpoint: restarted.endpoints.dynamodb })
  const inTable = async (table: string) =>
    (await again.send(new ScanCommand({ TableName: restarted.outputs[table] }))).Items!.map((item) => item['id']!.S!)
  expect((await inTable('Watched')).sort()).toEqual([...ids].sort())
  await vi.waitFor(
    async () => {
      const notes = await inTable('Notes')
      expect(ids.filter((id) => !notes.includes(`queue:${id}`))).toEqual([])
      expect(ids.filter((id) => !notes.some((note) => note.endsWith(`:INSERT:${id}`)))).toEqual([])
    },
    { timeout: 20_000, interval: 200 },
  )
  again.destroy()
}, 60_000)
