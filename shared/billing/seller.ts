import * as z from 'zod/mini'
import { asciiJson } from '../text/ascii-json.ts'
import { nameSchema } from '../usage/text.ts'

const schema = z.strictObject({
  name: nameSchema,
  lines: z.array(nameSchema).check(z.minLength(1), z.maxLength(6)),
  vatId: z.optional(nameSchema),
  note: z.optional(z.strictObject({ de: z.string().check(z.maxLength(500)), en: z.string().check(z.maxLength(500)) })),
})

/**
 * AWS: a function's environment has 4 KB. This part of it, `PURCHASES_BYTES` and the URL that leads back are what a company writes; names of
 * resources take 1.2 KB.
 */
export const SELLER_BYTES = 1536

/** Who sells the credits of a stage, as receipts name them. */
export interface Seller {
  readonly name: string
  /** The address, as it is written under the name. */
  readonly lines: readonly string[]
  readonly vatId?: string | undefined
  /** Text that the law or the seller wants on every receipt: a register number, a reason for no tax. */
  readonly note?: { readonly de: string; readonly en: string } | undefined
}

/** @throws Error that says where the seller of a stage is wrong */
export function readSeller(given: unknown): Seller {
  const { success, data, error } = schema.safeParse(given)
  const bytes = success ? asciiJson(data).length : 0
  if (bytes > SELLER_BYTES)
    throw new Error(`the seller of this stage takes ${bytes} bytes (6 for an umlaut); at most ${SELLER_BYTES} fit in`)
  if (success) return data
  const [issue] = error.issues
  throw new Error(`the seller of this stage, at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'is wrong'}`)
}
