import type { Instant } from '../../../time/instant.ts'
import type { Identity } from '../../entries/identity.ts'
import type { Page, PageHeader } from '../../page/page.ts'
import { FRESH_WINDOW_MS } from '../../page/page-bounds.ts'
import { type Sight, sightOf } from '../../sight.ts'
import { type LogTable, readHead, readPages, readPagesAfter, readPlace } from '../log-table.ts'

/** The pages of one request: few at first, since what is looked for mostly stands near, then more. */
const FIRST_LOOK = 8
const WIDEST_LOOK = 200

/** Begins with the newest page; `undefined` for an account without a log. */
export async function openSight(log: LogTable, account: string): Promise<Sight | undefined> {
  const head = await readHead(log, account)
  return head && sightOf(head)
}

/** Reads every page after the head: never jumps over one (a jump to the newest page charged twice in the model check). */
export async function catchUp(log: LogTable, sight: Sight): Promise<void> {
  for (const page of await readPagesAfter(log, sight.account, sight.head().header.seq)) sight.add(page)
}

/**
 * Reads back from the newest run until a page lies before `time`, so that none further down can hold a bound id of that time.
 *
 * @param check called before each request; throws when it is time to stop
 */
export async function lookBack(log: LogTable, sight: Sight, time: Instant, check: () => void): Promise<void> {
  for (let width = FIRST_LOOK; ; width = Math.min(width * 2, WIDEST_LOOK)) {
    const low = sight.ranges().at(-1)?.from
    if (low === undefined || low.seq === 1 || low.logTime < time) return
    check()
    const to = low.seq - 1
    const pages = await readPages(log, sight.account, { from: 1, to, limit: width, order: 'newest-first' })
    for (const page of pages) sight.add(page)
  }
}

/** Whether every page was seen in which a bound id of `time` may stand without a marker. */
export const isSeenAround = (sight: Sight, time: Instant): boolean =>
  sight.ranges().some(({ from, to }) => (from.seq === 1 || from.logTime < time) && to.logTime > time + FRESH_WINDOW_MS)

/** Reads the pages in which a bound id of `time` may stand without a marker: log times from `time` to `time` + W, and one beyond each rim. */
export async function lookAround(log: LogTable, sight: Sight, time: Instant): Promise<void> {
  const known = sight.ranges().find(({ from, to }) => (from.seq === 1 || from.logTime < time) && to.logTime >= time)
  const start = known?.to.seq ?? (await lastSeqBefore(log, sight.head().header, time, sight.page))
  await readForward(log, sight, start, (logTime) => logTime > time + FRESH_WINDOW_MS)
}

/**
 * Reads on from a seq until the identity is found, the head is reached, or `mayRead` says no; pages seen already cost
 * nothing. Answers with the last seq looked at; `from` - 1: none.
 */
export async function lookForward(
  log: LogTable,
  sight: Sight,
  from: number,
  identity: Identity,
  mayRead: () => boolean,
): Promise<number> {
  return await readForward(log, sight, from, () => sight.find(identity) !== undefined, mayRead)
}

async function readForward(
  log: LogTable,
  sight: Sight,
  from: number,
  isEnough: (logTime: Instant) => boolean,
  mayRead: () => boolean = () => true,
): Promise<number> {
  const last = sight.head().header.seq
  let next = from
  for (let width = FIRST_LOOK; next <= last; ) {
    const seen = sight.page(next)
    if (seen === undefined) {
      if (!mayRead()) return next - 1
      const to = Math.min(next + width - 1, last)
      for (const page of await readPages(log, sight.account, { from: next, to })) sight.add(page)
      width = Math.min(width * 2, WIDEST_LOOK)
      if (sight.page(next) === undefined) throw new Error(`page ${next} of account ${sight.account} can't be read`)
    }
    if (isEnough(sight.page(next)?.header.logTime ?? 0)) return next
    next += 1
  }
  return last
}

/** The last page before a log time, by bisection (log times never fall); 1 when even the first is not before it. */
export async function lastSeqBefore(
  log: LogTable,
  { account, seq: last }: Pick<PageHeader, 'account' | 'seq'>,
  time: Instant,
  seen: (seq: number) => Page | undefined = () => undefined,
): Promise<number> {
  let [low, high] = [1, last]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const logTime = seen(middle)?.header.logTime ?? (await readPlace(log, account, middle))?.logTime
    if (logTime === undefined) throw new Error(`page ${middle} of account ${account} can't be read`)
    if (logTime < time) low = middle
    else high = middle - 1
  }
  return low
}
