import { S3Client } from '@aws-sdk/client-s3'

/**
 * A client for reading indexes: it gives up early, since whoever asks can read the log instead.
 *
 * The SDK's own timeouts, without end, outlive a function.
 */
export const archiveClient = (): S3Client =>
  new S3Client({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 500, requestTimeout: 3000, throwOnRequestTimeout: true },
  })
