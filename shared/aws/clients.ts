import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { SQSClient } from '@aws-sdk/client-sqs'
import { patience } from './document-client.ts'

// A function's wiring makes the clients that it needs, once. A bundle holds the SDKs of these alone.

/** For the event bus. */
export const busClient = (): EventBridgeClient => new EventBridgeClient(patience)
/** For S3's objects. */
export const objectClient = (): S3Client => new S3Client(patience)
/** For SQS. */
export const queueClient = (): SQSClient => new SQSClient(patience)
/** For Secrets Manager. */
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient(patience)
/** Sends once: after an error the mail may have gone out, and a second one is worse than none. */
export const mailClient = (): SESv2Client => new SESv2Client({ ...patience, maxAttempts: 1 })
/** Gives up early, since a reader of the archive can read the log instead. */
export const archiveClient = (): S3Client =>
  new S3Client({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 500, requestTimeout: 3000, throwOnRequestTimeout: true },
  })
