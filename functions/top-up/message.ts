import * as z from 'zod/mini'
import { accountSchema } from '../../shared/usage/text.ts'

const id = z.string().check(z.minLength(1), z.maxLength(256))

/** Where there may be something to do: a hint. What there is to do is read from the log and from the provider. */
const messageSchema = z.union([
  /** A page opened a top-up, or one is due; or an admin wanted one. */
  z.strictObject({ account: accountSchema, topUp: z.optional(id) }),
  /** The provider said something of a payment. */
  z.strictObject({ payment: id }),
  /** … of a page where a person pays. */
  z.strictObject({ checkout: id }),
  /** … of what a payer pays with. */
  z.strictObject({ customer: id }),
])

export type Message = z.infer<typeof messageSchema>

/** `undefined`: nobody of ours wrote it. */
export function readMessage(body: string): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
