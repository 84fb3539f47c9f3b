import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { startFauxqs } from 'fauxqs'
import type { Archive } from '../../shared/ledger/io/archive/page-archive.ts'

/** The embedded S3 engine with a bucket; counts what is put and got, and fails as long as it is told to. */
export interface LocalArchive extends Archive {
  readonly endpoint: string
  readonly puts: () => number
  readonly gets: () => number
  isDown: boolean
  readonly keys: (prefix: string) => Promise<readonly string[]>
  readonly json: (key: string) => Promise<unknown>
  readonly stop: () => Promise<void>
}

export async function startArchive(): Promise<LocalArchive> {
  const engine = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  const endpoint = `http://127.0.0.1:${engine.port}`
  const client = new S3Client({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
  const bucket = 'archive'
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  let puts = 0
  let gets = 0
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'PutObjectCommand') puts += 1
        if (commandName === 'GetObjectCommand') gets += 1
        if (archive.isDown) throw new Error('S3 is down')
        return next(args)
      },
    { step: 'initialize' },
  )
  const archive: LocalArchive = {
    client,
    bucket,
    endpoint,
    puts: () => puts,
    gets: () => gets,
    isDown: false,
    keys: async (prefix) => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))
      return Contents.map(({ Key = '' }) => Key)
    },
    json: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return JSON.parse((await Body?.transformToString()) ?? '')
    },
    stop: async () => {
      client.destroy()
      await engine.stop()
    },
  }
  return archive
}
