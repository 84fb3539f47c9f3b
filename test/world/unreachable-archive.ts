import { S3Client } from '@aws-sdk/client-s3'
import type { Archive } from '../../shared/ledger/io/archive/page-archive.ts'

/** An archive that can't be reached: whoever asks it reads the log instead. */
export function unreachableArchive(): Archive {
  const client = new S3Client({ region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
  client.middlewareStack.add(
    () => () => {
      throw new Error('there is no archive here')
    },
    { step: 'initialize' },
  )
  return { client, bucket: 'none' }
}
