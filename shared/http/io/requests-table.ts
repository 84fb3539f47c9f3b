import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { pack, unpack } from '../../ledger/io/page-item.ts'
import { DAY_MS, type Instant, MINUTE_MS, SECOND_MS } from '../../time/instant.ts'

/** Requests that write, by their Idempotency-Key: what became of each, for 48 hours. */
export interface RequestsTable {
  readonly documents: Documents
  readonly name: string
}

/** A request on its way. */
export interface RequestClaim {
  /** Tells the request from all others: route, scope and Idempotency-Key, hashed. */
  readonly key: string
  /** Hash of what it asks for. */
  readonly fingerprint: string
  /** Random: tells this attempt from every other one. */
  readonly attempt: string
}

export interface RecordedAnswer {
  readonly status: number
  /** JSON. */
  readonly body: string
}

export type ClaimedRequest =
  /** Not answered yet: do it, then call `recordAnswer`. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'answered'; readonly answer: RecordedAnswer }
  /** The key was used for another request. */
  | { readonly kind: 'other-request' }
  /** Another attempt is at it; it may be taken over at `until`. */
  | { readonly kind: 'running'; readonly until: Instant }

/** An answer stands this long (contracts, "Tables"). */
const ANSWER_KEPT_MS = 2 * DAY_MS

/**
 * An attempt without an answer after this time has crashed: API Gateway and the function end a request after 30 s.
 * With less, two attempts could run at once. That is only waste: their entries have the same identity.
 */
const TAKE_OVER_MS = MINUTE_MS

/** An answer larger than this when packed is not kept: an item holds 400 KB, and the effect's own identity answers again. */
const ANSWER_BYTES = 256 * 1024
const UNPACKED_BYTES = 8 * 1024 * 1024

/** Claims a request for this attempt, or says what became of it. */
export async function claimRequest(table: RequestsTable, claim: RequestClaim, now: Instant): Promise<ClaimedRequest> {
  if (await putClaim(table, claim, now)) return { kind: 'ours' }
  const standing = await readRequest(table, claim.key)
  // Expired and deleted between the two calls: the next attempt can claim the key.
  if (standing === undefined) return { kind: 'running', until: now }
  if (standing.fingerprint !== claim.fingerprint) return { kind: 'other-request' }
  if (standing.answer !== undefined) return { kind: 'answered', answer: standing.answer }
  if (standing.attempt === claim.attempt) return { kind: 'ours' }
  const until = standing.startedAt + TAKE_OVER_MS
  if (until > now) return { kind: 'running', until }
  return (await takeOver(table, claim, standing.attempt, now)) ? { kind: 'ours' } : { kind: 'running', until: now }
}

/** Keeps the answer for repeats of the request. An attempt that another one took over keeps nothing. */
export async function recordAnswer(table: RequestsTable, claim: RequestClaim, answer: RecordedAnswer): Promise<void> {
  const body = pack(answer.body)
  if (body.length > ANSWER_BYTES) return await giveUp(table, claim)
  await change(table, claim, 'SET #status = :status, body = :body', { ':status': answer.status, ':body': body })
}

/** Ends an attempt without an answer: the next one may begin at once. What the key was used for stays known. */
export async function giveUp(table: RequestsTable, claim: RequestClaim): Promise<void> {
  await change(table, claim, 'SET startedAt = :never', { ':never': 0 })
}

/** A record past its time counts as none: AWS deletes expired items within days, not at once. */
async function putClaim(table: RequestsTable, claim: RequestClaim, now: Instant): Promise<boolean> {
  const expiresAt = Math.ceil((now + ANSWER_KEPT_MS) / SECOND_MS)
  return await unlessRefused(
    table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...claim, startedAt: now, expires_at: expiresAt },
        ConditionExpression: 'attribute_not_exists(#key) OR expires_at <= :now',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':now': Math.floor(now / SECOND_MS) },
      }),
    ),
  )
}

interface StandingRequest {
  readonly fingerprint: string
  readonly attempt: string
  readonly startedAt: Instant
  readonly answer: RecordedAnswer | undefined
}

async function readRequest(table: RequestsTable, key: string): Promise<StandingRequest | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { key }, ConsistentRead: true }),
  )
  if (Item === undefined) return undefined
  const body: unknown = Item['body']
  return {
    fingerprint: String(Item['fingerprint']),
    attempt: String(Item['attempt']),
    startedAt: Number(Item['startedAt']),
    answer:
      body instanceof Uint8Array ? { status: Number(Item['status']), body: unpack(body, UNPACKED_BYTES) } : undefined,
  }
}

const takeOver = (table: RequestsTable, claim: RequestClaim, from: string, now: Instant): Promise<boolean> =>
  change(table, { key: claim.key, attempt: from }, 'SET attempt = :by, startedAt = :now', {
    ':by': claim.attempt,
    ':now': now,
  })

/** Changes a record that is still this attempt's, and has no answer yet. */
async function change(
  table: RequestsTable,
  { key, attempt }: Pick<RequestClaim, 'key' | 'attempt'>,
  update: string,
  values: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  return await unlessRefused(
    table.documents.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { key },
        UpdateExpression: update,
        ConditionExpression: 'attempt = :attempt AND attribute_not_exists(body)',
        ExpressionAttributeValues: { ...values, ':attempt': attempt },
        ...(update.includes('#status') && { ExpressionAttributeNames: { '#status': 'status' } }),
      }),
    ),
  )
}

async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
