import * as z from 'zod/mini'
import { sha256Hex } from '../digest/sha256.ts'

const whole = z.int().check(z.minimum(0))
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** A log's newest page as of some moment. Its hash stands for every page before it. */
const anchorSchema = z.strictObject({
  account: z.string(),
  seq: z.int().check(z.minimum(1)),
  /** The log's epoch then: a restore since may have replaced the page. */
  epoch: whole,
  hash,
  /** Credits, for whoever reads it. */
  balance: z.string(),
})
export type Anchor = z.infer<typeof anchorSchema>

const partHeadSchema = z.strictObject({
  day: z.string(),
  /** From 1. */
  part: z.int().check(z.minimum(1)),
  /** SHA-256 of the part before, as text; of part 1: zeros. */
  previous: hash,
})

/** Some accounts of a checkpoint, in order. */
export interface CheckpointPart extends z.infer<typeof partHeadSchema> {
  readonly anchors: readonly Anchor[]
}

/**
 * What is written last: a checkpoint without it is not done. Whoever keeps this one line elsewhere holds every log to
 * its word.
 */
export const completionSchema = z.strictObject({
  day: z.string(),
  parts: whole,
  accounts: whole,
  /** SHA-256 of the last part, which names the one before it. */
  last: hash,
})
export type Completion = z.infer<typeof completionSchema>

export const NO_PART = '0'.repeat(64)

/** A line for the part, a line for each anchor. */
export const partText = ({ anchors, ...head }: CheckpointPart): string =>
  [head, ...anchors].map((line) => `${JSON.stringify(line)}\n`).join('')

/** @throws z.core.$ZodError or SyntaxError for what no checkpoint's part looks like */
export function readPartText(text: string): CheckpointPart {
  const [head = '', ...lines] = text.split('\n').filter(Boolean)
  return {
    ...partHeadSchema.parse(JSON.parse(head)),
    anchors: lines.map((line) => anchorSchema.parse(JSON.parse(line))),
  }
}

export const partHash = (text: string): string => sha256Hex(text)
