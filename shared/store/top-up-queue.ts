import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** Where function top-up hears that there may be something to do. */
export interface TopUpQueue {
  readonly sqs: SQSClient
  readonly url: string
}

/** Says that an account's top-up, or one top-up of it, may get on; said twice it does no harm. */
export async function hintTopUp(
  { sqs, url }: TopUpQueue,
  hint: { readonly account: string; readonly topUp?: string },
): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(hint) }))
}
