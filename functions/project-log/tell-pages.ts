import { publishEvents, type SetAside } from '../../shared/events/io/event-bus.ts'
import { epochOf, type Page } from '../../shared/ledger/page/page.ts'
import { topUpPlace } from '../../shared/ledger/tally/top-up-state.ts'
import type { LimitEvent } from '../../shared/limits/told/limit-events.ts'
import { upgradeEventsOf } from '../../shared/limits/told/upgrade-events.ts'
import { exhaustedEventsOf, lowBalanceEvent, lowBalancesOf } from '../../shared/spend/balance-events.ts'
import { hintTopUp } from '../../shared/top-ups/io/top-up-queue.ts'
import { automaticId } from '../../shared/top-ups/top-up.ts'
import { topUpEventsOf } from '../../shared/top-ups/top-up-events.ts'
import type { Ports } from './project-log.ts'
import type { Tail } from './warm-tails.ts'

/** The result of publishing the events of pages. */
interface Told {
  readonly notices: number
  /** Notices that the bus will never take: kept beside the archive, with the reason. */
  readonly setAside: readonly SetAside[]
}

/**
 * Publishes the events of pages, which depend on the log alone: balances, top-ups, limits, upgrade requests.
 *
 * @param tail the pages read before them
 * @throws EventsNotPublished while the bus takes nothing, and what the queue and the tables throw
 */
export async function tellPages(ports: Ports, account: string, tail: Tail, pages: readonly Page[]): Promise<Told> {
  const last = tail.pages.at(-1) ?? tail.before
  const limitEvents = await eventsOfLimits(ports, account, tail, pages)
  await hintTopUps(ports, pages, pages.at(-1) ?? last)
  const exhausted = exhaustedEventsOf(last?.header, pages)
  const usedUp = new Set(exhausted.map(({ data }) => data.seq))
  const events = [
    ...lowBalancesOf(pages).map((low) => lowBalanceEvent(low, usedUp.has(low.seq))),
    ...exhausted,
    ...topUpEventsOf(last?.header, pages),
    ...limitEvents,
    ...upgradeEventsOf(pages),
  ]
  const setAside = await publishEvents(ports.bus, events)
  for (const notice of setAside) await ports.archiver.setAside(account, notice)
  return { notices: events.length - setAside.length, setAside }
}

/** The limit events of pages after a tail. */
async function eventsOfLimits(
  ports: Ports,
  account: string,
  tail: Tail,
  pages: readonly Page[],
): Promise<readonly LimitEvent[]> {
  if (pages.length === 0) return []
  const watch = await ports.watches.take(account, tail)
  const events: LimitEvent[] = []
  for (const page of pages) events.push(...(await watch.take(page)))
  ports.watches.keep(account, watch)
  return events
}

/**
 * Tells the top-up queue that an account's automatic top-up may get on: as soon as a page opened one, and, where nothing new came,
 * again with each call while one is open or due: a lost message costs a sweep and nothing else. A restored log does so until its
 * payments were held against it.
 *
 * @param pages the pages just read, up to the head
 */
async function hintTopUps(
  { topUps, now }: Pick<Ports, 'topUps' | 'now'>,
  pages: readonly Page[],
  head: Page | undefined,
): Promise<void> {
  if (head === undefined) return
  const { account, topUp, tally } = head.header
  const isDue = topUp.kind === 'waiting' && topUp.until <= now()
  const isStillOpen = topUp.kind === 'open' && pages.length === 0
  const isReconciling = tally?.reconciling !== undefined && (pages.length === 0 || pages.some(isRestore))
  if (isDue || isStillOpen || isReconciling || pages.some(opens))
    await hintTopUp(topUps, { account, topUp: topUp.kind === 'open' ? automaticId(topUp.of) : undefined })
}

const isRestore = ({ entries }: Page): boolean => entries.some(({ kind }) => kind === 'restore')

const opens = ({ header }: Page): boolean =>
  header.topUp.kind === 'open' && header.topUp.of === topUpPlace(header.seq, epochOf(header))
