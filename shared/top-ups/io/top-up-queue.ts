import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** Where function top-up hears that there may be something to do. */
export interface TopUpQueue {
  readonly sqs: SQSClient
  readonly url: string
}

/** An account's top-up, or one top-up of it, may get on. */
export interface AccountHint {
  readonly account: string
  readonly topUp?: string
}

/** The provider said something of a payment, of a page where a person pays, or of what a payer pays with. */
export type PaymentHint = { readonly payment: string } | { readonly checkout: string } | { readonly customer: string }

/** Says where there may be something to do; said twice it does no harm. */
export async function hintTopUp({ sqs, url }: TopUpQueue, hint: AccountHint | PaymentHint): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(hint) }))
}
