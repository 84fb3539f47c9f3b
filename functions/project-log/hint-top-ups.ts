import { epochOf } from '../../shared/ledger/page/epoch.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { topUpPlace } from '../../shared/ledger/tally/top-up-state.ts'
import { hintTopUp } from '../../shared/top-ups/io/top-up-queue.ts'
import { automaticId } from '../../shared/top-ups/top-up.ts'
import type { Ports } from './ports.ts'

/**
 * Says that an account's automatic top-up may get on: as soon as a page opened one, and where nothing new came, again and
 * again while one is open or due: so a message that got lost costs a sweep and nothing else. A restored log says so the same way
 * until its payments were held against it.
 *
 * @param pages what was just read, up to the head
 */
export async function hintTopUps(
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
    await hintTopUp(topUps, { account, ...(topUp.kind === 'open' && { topUp: automaticId(topUp.of) }) })
}

const isRestore = ({ entries }: Page): boolean => entries.some(({ kind }) => kind === 'restore')

const opens = ({ header }: Page): boolean =>
  header.topUp.kind === 'open' && header.topUp.of === topUpPlace(header.seq, epochOf(header))
