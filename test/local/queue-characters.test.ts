import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type QueueEngine, queueUrl, startQueueEngine } from '../../infra/local/engines/queue-engine.ts'

const directory = mkdtempSync(join(tmpdir(), 'groschen-queue-'))
let engine: QueueEngine
let sqs: SQSClient
let QueueUrl: string

beforeAll(async () => {
  engine = await startQueueEngine(directory, [{ name: 'characters', attributes: {} }], () => true)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  sqs = new SQSClient({ endpoint: engine.address, region: 'eu-central-1', credentials })
  QueueUrl = queueUrl(engine.address, 'characters')
})
afterAll(async () => {
  await engine.stop()
  rmSync(directory, { recursive: true })
})

async function received(): Promise<string | undefined> {
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))
  if (message === undefined) return undefined
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
  return message.Body
}

/** AWS, SendMessage: `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`. */
describe('the local queue (report B44)', () => {
  test.each([
    ['raw emoji', '{"user":"😀👩‍👩‍👧"}'],
    ['the first and the last character beyond the first plane', '"\u{10000}\u{10ffff}"'],
    ['the rims of the first plane', '"\t\n\r \u{d7ff}\u{e000}\u{fffd}"'],
    ['rare Chinese characters', '"𠮷野家"'],
  ])('takes %s to the letter, alone and in a batch', async (_, MessageBody) => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    expect(await received()).toBe(MessageBody)
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody }] }),
    )
    expect(Failed).toEqual([])
    expect(await received()).toBe(MessageBody)
  })

  test.each(['\u0000', '\u000b', '\u001f', '\ufffe', '\uffff'])('refuses %j, as SQS does', async (character) => {
    const MessageBody = `a${character}b`
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))).rejects.toThrow(
      'Invalid characters found',
    )
  })

  test('takes raw emoji that a rule of the event bus sends', async () => {
    await engine.send('characters', '{"account":"😀"}')
    expect(await received()).toBe('{"account":"😀"}')
  })
})
