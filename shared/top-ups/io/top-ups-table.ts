import * as z from 'zod/mini'
import type { Item, Table } from '../../aws/table.ts'
import { dayText, type Instant } from '../../time/instant.ts'
import { isFinal, mayBecome } from '../moves.ts'
import { storedTopUp, type TopUp } from '../top-up.ts'

/** The course of each top-up. The log has its credits, and whether one is open; this can be lost without a cent. */
export type TopUpsTable = Table

/** Newest first. A global index: good for looking, never for a decision. */
const BY_TIME = 'by-time'
/** Top-ups that are not final, the longest untouched first; paid ones by day. */
const BY_LANE = 'by-lane'

const UNFINISHED_LANE = 'unfinished'
/** By the day of the payment, so that credited ones can be compared with the provider's payments. */
export const creditedLane = (at: Instant): string => `credited#${dayText(at)}`

const keyOf = (account: string, id: string) => ({ account, top_up: id })

/** Puts a top-up if its id is free. @returns the stored one: this or an earlier one */
export async function putTopUp(table: TopUpsTable, topUp: TopUp): Promise<TopUp> {
  const put = await table.putOnce(keyOf(topUp.account, topUp.id), toItem(topUp))
  return put.kind === 'put' ? topUp : fromItem(put.standing)
}

/**
 * Takes a top-up further, unless it changed meanwhile.
 *
 * @returns it as it stands then; `undefined`: it changed meanwhile, read it again
 * @throws RangeError for a transition that `moves.ts` does not list: a bug
 */
export async function moveTopUp(
  table: TopUpsTable,
  from: TopUp,
  changes: Partial<Omit<TopUp, 'account' | 'id' | 'origin' | 'createdAt' | 'version'>> & {
    readonly updatedAt: Instant
  },
): Promise<TopUp | undefined> {
  const to: TopUp = { ...from, ...changes, version: from.version + 1 }
  if (to.status !== from.status && !mayBecome(from.status, to.status))
    throw new RangeError(`top-up ${from.id} of ${from.account} is ${from.status} and can not become ${to.status}`)
  if (await table.putIf(toItem(to), 'version = :before', { before: from.version })) return to
  // The answer to our own write may have got lost, and the SDK sent it again.
  const standing = await readTopUp(table, from.account, from.id)
  return standing !== undefined && isSame(standing, to) ? standing : undefined
}

const isSame = (a: TopUp, b: TopUp): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Reads a top-up; `undefined`: no top-up has this id. */
export async function readTopUp(table: TopUpsTable, account: string, id: string): Promise<TopUp | undefined> {
  const item = await table.get(keyOf(account, id))
  return item && fromItem(item)
}

/** An account's top-ups before one, newest first, at most `limit`; fewer: that was all. One made a moment ago may be missing. */
export async function listTopUps(
  table: TopUpsTable,
  account: string,
  { before, limit }: { readonly before: Pick<TopUp, 'createdAt' | 'id'> | undefined; readonly limit: number },
): Promise<readonly TopUp[]> {
  const items = await table.all({
    index: BY_TIME,
    where: before === undefined ? 'account = :account' : 'account = :account AND created < :before',
    values: { account, before: before && createdText(before) },
    order: 'newest-first',
    limit,
  })
  return items.map(fromItem)
}

/** Every top-up of an account, by id, as of now: consistent, for decisions. */
export async function readAllTopUps(table: TopUpsTable, account: string): Promise<readonly TopUp[]> {
  return (await table.all({ where: 'account = :account', values: { account } })).map(fromItem)
}

/** Those that are not final and were not touched since, the oldest first, at most `limit`. */
export async function listUnfinished(
  table: TopUpsTable,
  { untouchedSince, limit }: { readonly untouchedSince: Instant; readonly limit: number },
): Promise<readonly TopUp[]> {
  const { items } = await table.query({
    index: BY_LANE,
    where: 'lane = :lane AND updatedAt < :since',
    values: { lane: UNFINISHED_LANE, since: untouchedSince },
    limit,
  })
  const found = await Promise.all(
    items.map((item) => readTopUp(table, String(item['account']), String(item['top_up']))),
  )
  return found.filter((topUp) => topUp !== undefined).filter(({ status }) => !isFinal(status))
}

/** Those that were paid on a day (UTC), and not touched before `from`: the longest untouched first. */
export async function* listPaidOn(table: TopUpsTable, day: Instant, from: Instant): AsyncIterable<TopUp> {
  const where = 'lane = :lane AND updatedAt >= :from'
  const values = { lane: creditedLane(day), from }
  for await (const items of table.pages({ index: BY_LANE, where, values, numbers: ['updatedAt'] }))
    yield* items.map(fromItem)
}

/** `created` and `lane` are there for the indexes. */
function toItem(topUp: TopUp): Item {
  const { id, ...same } = z.encode(storedTopUp, topUp)
  return { ...same, top_up: id, created: createdText(topUp), lane: laneOf(topUp) }
}

const fromItem = (item: Item): TopUp => z.decode(storedTopUp, { ...ABSENT, ...item, id: item['top_up'] } as never)

/** Every field of a record is there, in one order: so two records can be compared by their text. */
const ABSENT = Object.fromEntries(Object.keys(storedTopUp.shape).map((field) => [field, undefined]))

const TIME_DIGITS = 15

/** Sorts like time, and differs for top-ups of the same millisecond. */
const createdText = ({ createdAt, id }: Pick<TopUp, 'createdAt' | 'id'>): string =>
  `${String(createdAt).padStart(TIME_DIGITS, '0')}#${id}`

function laneOf({ status, paidAt }: TopUp): string | undefined {
  if (!isFinal(status)) return UNFINISHED_LANE
  return paidAt === undefined ? undefined : creditedLane(paidAt)
}
