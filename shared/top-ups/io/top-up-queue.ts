import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod/mini'
import { accountSchema } from '../../usage/text.ts'

/** The queue of function top-up. */
export interface TopUpQueue {
  readonly sqs: SQSClient
  readonly url: string
}

const id = z.string().check(z.minLength(1), z.maxLength(256))

/** A hint where there may be work. The log and the provider say which. */
const hintSchema = z.union([
  /** A page opened a top-up, or one is due; or an admin wanted one. */
  z.strictObject({ account: accountSchema, topUp: z.optional(id) }),
  /** The provider said something of a payment. */
  z.strictObject({ payment: id }),
  /** … of a page where a person pays. */
  z.strictObject({ checkout: id }),
  /** … of a payer's payment method. */
  z.strictObject({ customer: id }),
])

export type TopUpHint = z.infer<typeof hintSchema>

/** Says where there may be something to do; said twice it does no harm. */
export async function hintTopUp({ sqs, url }: TopUpQueue, hint: TopUpHint): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(hint) }))
}

/** Reads a message of the queue; `undefined`: `hintTopUp` did not write it. */
export function readTopUpHint(body: string): TopUpHint | undefined {
  try {
    return hintSchema.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
