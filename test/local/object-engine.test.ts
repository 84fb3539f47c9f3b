import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { accessBy } from '../../infra/local/engines/access.ts'
import { startObjectEngine } from '../../infra/local/engines/object-engine.ts'
import { temporary } from './temporary.ts'

const permissions = [{ actions: ['s3:PutObject'], resources: ['arn:aws:s3:::archive/log/*'] }]
const isAllowed = accessBy(new Map([['FUNCTION', permissions]]))

async function engineIn(directory: string) {
  const engine = await startObjectEngine(directory, ['archive'], isAllowed)
  let running = true
  const stop = async () => {
    if (running) await engine.stop()
    running = false
  }
  onTestFinished(stop)
  const clientOf = (accessKeyId: string) =>
    new S3Client({
      endpoint: engine.address,
      region: 'eu-central-1',
      credentials: { accessKeyId, secretAccessKey: 'local' },
      maxAttempts: 1,
    })
  return { clientOf, stop }
}

const put = (client: S3Client, Key: string, Body = 'text') =>
  client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body })).then(
    () => 'done',
    (error: Error) => error.name,
  )

async function read(client: S3Client, Key: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'archive', Key }))
  return await Body?.transformToString()
}

describe('a bucket', () => {
  test('keeps its objects over a restart', async () => {
    const directory = temporary()
    const first = await engineIn(directory)
    expect(await put(first.clientOf('operator'), 'log/acme/0000000001.page', 'page 1')).toBe('done')
    await first.stop()
    const second = await engineIn(directory)
    expect(await read(second.clientOf('operator'), 'log/acme/0000000001.page')).toBe('page 1')
  })

  test('takes an object that has to be new once', async () => {
    const { clientOf } = await engineIn(temporary())
    const putNew = (Body: string) =>
      clientOf('operator')
        .send(new PutObjectCommand({ Bucket: 'archive', Key: 'checkpoints/x/000001.jsonl', Body, IfNoneMatch: '*' }))
        .then(
          () => 'done',
          ({ $metadata }) => $metadata.httpStatusCode,
        )
    const together = await Promise.all(['a', 'b', 'c'].map(putNew))
    expect(together.filter((one) => one === 'done')).toHaveLength(1)
    expect(await putNew('d')).toBe(412)
  })

  test('lets a function do what its role allows, and nothing else', async () => {
    const { clientOf } = await engineIn(temporary())
    const client = clientOf('FUNCTION')
    expect(await put(client, 'log/acme/0000000001.page')).toBe('done')
    expect(await put(client, 'heads/today.json')).toBe('AccessDenied')
    await expect(read(client, 'log/acme/0000000001.page')).rejects.toThrow('no policy of the template allows it')
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'archive' }))).rejects.toThrow('s3:ListBucket')
  })
})
