import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { Machine } from '../engine/machine.ts'
import { HarnessError, type Network, type ServiceErrors } from '../engine/network.ts'

const errors: ServiceErrors = {
  throttle: () => serviceError('SlowDown', 503),
  serverError: () => serviceError('InternalError', 500),
}

const serviceError = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'server', $metadata: { httpStatusCode }, message: name })

/** What is stored in the archive bucket: the newest object of each key. */
export type Objects = Map<string, Uint8Array>

export interface BucketSetting {
  readonly network: Network
  readonly objects: Objects
  readonly onPut: (key: string, bytes: Uint8Array) => void
}

/** The archive bucket, as one process reaches it. */
export function bucketOf({ network, objects, onPut }: BucketSetting, machine: Machine): S3Client {
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof PutObjectCommand) {
      const { Key = '', Body } = command.input
      const bytes = typeof Body === 'string' ? new TextEncoder().encode(Body) : (Body as Uint8Array)
      return await network.call(machine, { what: `archive ${Key}`, attempts: 3, errors }, () => {
        objects.set(Key, bytes)
        onPut(Key, bytes)
        return {}
      })
    }
    if (command instanceof GetObjectCommand) {
      const { Key = '' } = command.input
      return await network.call(machine, { what: `get ${Key}`, attempts: 2, errors }, () => {
        const bytes = objects.get(Key)
        if (bytes === undefined) throw new NoSuchKey({ $metadata: { httpStatusCode: 404 }, message: Key })
        const text = async () => new TextDecoder().decode(bytes)
        return { Body: { transformToByteArray: async () => bytes, transformToString: text } }
      })
    }
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '', StartAfter = '' } = command.input
      return await network.call(machine, { what: `list ${Prefix}`, attempts: 3, errors }, () => {
        const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix) && key > StartAfter).sort()
        const folders = keys.filter((key) => key.slice(Prefix.length).includes('/'))
        const names = new Set(folders.map((key) => `${Prefix}${key.slice(Prefix.length).split('/')[0]}/`))
        return {
          Contents: keys.filter((key) => !folders.includes(key)).map((Key) => ({ Key })),
          CommonPrefixes: [...names].map((name) => ({ Prefix: name })),
        }
      })
    }
    const error = new HarnessError(`not simulated: ${String(command?.constructor?.name)}`)
    network.refuse(error)
    throw error
  }
  return { send } as unknown as S3Client
}
