import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3'
import * as z from 'zod/mini'
import { sha256Hex } from '../../digest/sha256.ts'
import { type Archive, foldersUnder } from './archive/page-archive.ts'

const whole = z.int().check(z.minimum(0))
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** A log's newest page as of some moment. Its hash stands for every page before it. */
const anchorSchema = z.strictObject({
  account: z.string(),
  seq: z.int().check(z.minimum(1)),
  /** The log's epoch then: a restore since may have replaced the page. */
  epoch: whole,
  hash,
  /** Credits, for human readers. */
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
 * The last line: a checkpoint without it is not finished. An operator who keeps this line elsewhere can check every log
 * against it.
 */
const completionSchema = z.strictObject({
  day: z.string(),
  parts: whole,
  accounts: whole,
  /** SHA-256 of the last part, which names the one before it. */
  last: hash,
})
export type Completion = z.infer<typeof completionSchema>

const NO_PART = '0'.repeat(64)

/** A line for the part, a line for each anchor. */
const partText = ({ anchors, ...head }: CheckpointPart): string =>
  [head, ...anchors].map((line) => `${JSON.stringify(line)}\n`).join('')

/** @throws z.core.$ZodError or SyntaxError for what no checkpoint's part looks like */
function readPartText(text: string): CheckpointPart {
  const [head = '', ...lines] = text.split('\n').filter(Boolean)
  return {
    ...partHeadSchema.parse(JSON.parse(head)),
    anchors: lines.map((line) => anchorSchema.parse(JSON.parse(line))),
  }
}

const partHash = (text: string): string => sha256Hex(text)

/**
 * The heads of all logs, day by day. Each object is put only once: a second writer goes on with
 * the existing one.
 */
export type CheckpointBucket = Archive

/** A checkpoint that contradicts itself: it was changed, or another program wrote it. */
export class BrokenCheckpoint extends Error {}

/** The state of a day's checkpoint. */
export interface BegunCheckpoint {
  readonly parts: number
  readonly accounts: number
  readonly last: string
  /** The last account in it. */
  readonly after: string | undefined
}

const FOLDER = 'checkpoints/'
const partKey = (day: string, part: number): string => `${FOLDER}${day}/${String(part).padStart(6, '0')}.jsonl`
const completionKey = (day: string): string => `${FOLDER}${day}/complete.json`

/** The existing parts of a day's checkpoint, from the first. */
export async function readBegun(to: CheckpointBucket, day: string): Promise<BegunCheckpoint> {
  let begun: BegunCheckpoint = { parts: 0, accounts: 0, last: NO_PART, after: undefined }
  for (;;) {
    const text = await readText(to, partKey(day, begun.parts + 1))
    if (text === undefined) return begun
    const { anchors } = checkedPart(text, day, begun)
    begun = {
      parts: begun.parts + 1,
      accounts: begun.accounts + anchors.length,
      last: partHash(text),
      after: anchors.at(-1)?.account ?? begun.after,
    }
  }
}

/** @returns its hash, or `taken` when another run has put this part */
export async function putPart(to: CheckpointBucket, part: CheckpointPart): Promise<string> {
  const text = partText(part)
  return (await putOnce(to, partKey(part.day, part.part), text)) === 'put' ? partHash(text) : 'taken'
}

export const putCompletion = (to: CheckpointBucket, completion: Completion): Promise<'put' | 'taken'> =>
  putOnce(to, completionKey(completion.day), `${JSON.stringify(completion)}\n`)

export async function readCompletion(from: CheckpointBucket, day: string): Promise<Completion | undefined> {
  const text = await readText(from, completionKey(day))
  return text === undefined ? undefined : completionSchema.parse(JSON.parse(text))
}

/** Days with a checkpoint, done or not; the newest first. */
export async function checkpointDays(bucket: CheckpointBucket): Promise<readonly string[]> {
  const days = await foldersUnder(bucket, FOLDER)
  return [...days].sort().reverse()
}

/** The newest checkpoint that is done, or that of a day. */
export async function findCheckpoint(from: CheckpointBucket, day: string | undefined): Promise<Completion | undefined> {
  for (const one of day === undefined ? await checkpointDays(from) : [day]) {
    const completion = await readCompletion(from, one)
    if (completion !== undefined) return completion
  }
  return undefined
}

/**
 * The anchors of a finished checkpoint, by account, in order.
 *
 * @throws BrokenCheckpoint when its parts are not those that its completion names
 */
export async function* anchorsOf(from: CheckpointBucket, completion: Completion): AsyncGenerator<Anchor> {
  let last = NO_PART
  for (let parts = 0; parts < completion.parts; parts += 1) {
    const key = partKey(completion.day, parts + 1)
    const text = await readText(from, key)
    if (text === undefined) throw new BrokenCheckpoint(`${key} is gone`)
    const { anchors } = checkedPart(text, completion.day, { parts, last })
    last = partHash(text)
    yield* anchors
  }
  if (last !== completion.last)
    throw new BrokenCheckpoint(`the parts of checkpoint ${completion.day} are not those it was completed with`)
}

function checkedPart(
  text: string,
  day: string,
  { parts, last }: Pick<BegunCheckpoint, 'parts' | 'last'>,
): CheckpointPart {
  const part = readPartText(text)
  if (part.day === day && part.part === parts + 1 && part.previous === last) return part
  throw new BrokenCheckpoint(`part ${parts + 1} of checkpoint ${day} does not follow the part before it`)
}

/** AWS: the object exists, or another request puts it at this moment. */
const TAKEN: ReadonlySet<number> = new Set([412, 409])

async function putOnce({ client, bucket }: CheckpointBucket, key: string, text: string): Promise<'put' | 'taken'> {
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: text,
        ContentType: 'application/x-ndjson',
        IfNoneMatch: '*',
      }),
    )
    return 'put'
  } catch (error) {
    if (error instanceof S3ServiceException && TAKEN.has(error.$metadata.httpStatusCode ?? 0)) return 'taken'
    throw error
  }
}

async function readText({ client, bucket }: CheckpointBucket, key: string): Promise<string | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return await Body?.transformToString()
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined
    throw error
  }
}
