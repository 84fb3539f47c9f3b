import * as z from 'zod/mini'
import { sha256Hex } from '../../digest/sha256.ts'
import type { Instant } from '../../time/instant.ts'
import { type IdIndex, INDEX_RECORD_BYTES } from './id-index.ts'

const FORMAT = 1
const NEWLINE = 0x0a

const whole = z.int().check(z.minimum(0))
const placeSchema = z.strictObject({ seq: whole, logTime: whole })

/** The first line of an index: what it is of, and what its records have to be. */
const aboutSchema = z.strictObject({
  format: z.literal(FORMAT),
  account: z.string(),
  bucket: whole,
  pages: z.strictObject({ from: placeSchema, to: placeSchema }),
  lastHash: z.string(),
  sha256: z.string(),
})

/** A line of JSON, then the records. */
export function encodeIndex({ records, ...about }: IdIndex): Uint8Array {
  const line = new TextEncoder().encode(
    `${JSON.stringify({ format: FORMAT, ...about, sha256: sha256Hex(records) } satisfies z.infer<typeof aboutSchema>)}\n`,
  )
  const bytes = new Uint8Array(line.length + records.length)
  bytes.set(line)
  bytes.set(records, line.length)
  return bytes
}

/** @returns `undefined` for what is no index of this account and bucket, whole and of a known format: the log is read instead */
export function decodeIndex(bytes: Uint8Array, account: string, bucket: Instant): IdIndex | undefined {
  const end = bytes.indexOf(NEWLINE)
  const about = aboutSchema.safeParse(jsonOf(bytes.subarray(0, Math.max(end, 0))))
  const records = bytes.subarray(end + 1)
  if (!about.success || records.length % INDEX_RECORD_BYTES !== 0) return undefined
  const { format: _, sha256, ...rest } = about.data
  const isIt = rest.account === account && rest.bucket === bucket && sha256 === sha256Hex(records)
  return isIt ? { ...rest, records } : undefined
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
