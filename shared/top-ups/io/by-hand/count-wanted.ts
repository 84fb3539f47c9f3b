import { Problem } from '../../../errors/problems.ts'
import type { TopUpWantedEntry } from '../../../ledger/entries/top-up.ts'
import { commitOne } from '../../../ledger/io/commit/commit-one.ts'
import { proposalOnHead } from '../../../ledger/io/commit/proposal.ts'
import { readHead } from '../../../ledger/io/log-table.ts'
import type { Page } from '../../../ledger/page/page.ts'
import { MOST_PENDING, roomByHand } from '../../../ledger/tally/bought-by-hand.ts'
import { type Euros, euros } from '../../../money/amounts.ts'
import { todayIn } from '../../../time/today-in.ts'
import { isFinal } from '../../moves.ts'
import type { TopUp } from '../../top-up.ts'
import { hintTopUp } from '../top-up-queue.ts'
import { moveTopUp, readTopUp } from '../top-ups-table.ts'
import type { Buying } from './buying.ts'

/**
 * Counts what a person wants in the log, before a card is charged or a page is opened: decided on the very head that the entry
 * follows, so that of many at once no more are taken than the caps have room for. Sent again it is counted once.
 *
 * @throws Problem where the caps have no room for it; its record says so then
 */
export async function countWanted(topUp: TopUp, timeZone: string, setting: Buying): Promise<void> {
  const { services, tools, caller } = setting
  const { account, id, price } = topUp
  const today = await todayIn(timeZone, tools.now())
  const at = tools.now()
  const entry: TopUpWantedEntry = { kind: 'top-up-wanted', key: id, actor: caller.subject, at, paid: price.total }
  try {
    const refusalAt = (head: Page) => refusalOf(head, price.total, today, setting)
    await commitOne(account, setting, proposalOnHead(account, entry, refusalAt))
  } catch (error) {
    if (!(error instanceof Problem) || !isRefused(error)) throw error
    await moveTopUp(services.topUps, topUp, { status: 'skipped', reason: 'cap-reached', updatedAt: tools.now() })
    await hintEnded(account, setting)
    throw error
  }
}

function refusalOf(
  { header }: Page,
  price: Euros,
  today: string,
  { services: { purchases } }: Buying,
): Problem | undefined {
  const { account, tally } = header
  const caps = purchases.manual
  if (tally?.reconciling !== undefined)
    return new Problem(
      'top-up.reconciling',
      `the log of ${account} was restored, and may lack purchases; send this one with a new Idempotency-Key once all payments were held against it, which begins by itself and takes some minutes`,
    )
  const pending = tally?.bought?.pending.length ?? 0
  if (pending >= MOST_PENDING)
    return capProblem(
      `${pending} purchases of ${account} are wanted and not paid yet; pay them, or wait until they are given up after a day`,
    )
  const room = roomByHand(tally?.bought, caps, today)
  const said = (left: Euros, cap: Euros, when: string): Problem =>
    capProblem(
      `this purchase costs ${price.toFixed(2)} €, and ${atLeastNothing(left).toFixed(2)} € are left ${when} of ${cap.toFixed(2)} € for purchases by hand${pending === 0 ? '' : `, of which ${pending} are not paid yet`}`,
    )
  if (price.gt(room.day)) return said(room.day, caps.day, 'today')
  return price.gt(room.month) ? said(room.month, caps.month, 'in this month') : undefined
}

const isRefused = ({ code }: Problem): boolean => code === 'top-up.cap' || code === 'top-up.reconciling'

const capProblem = (detail: string): Problem => new Problem('top-up.cap', detail)

const atLeastNothing = (left: Euros): Euros => (left.isNegative() ? euros('0') : left)

/** Purchases that ended and still count in the log, or whose record is lost, count no more once function top-up looks at them. */
async function hintEnded(account: string, { services }: Buying): Promise<void> {
  const pending = (await readHead(services.log, account))?.header.tally?.bought?.pending ?? []
  for (const { id } of pending) {
    const topUp = await readTopUp(services.topUps, account, id)
    if (topUp === undefined || isFinal(topUp.status)) return await hintTopUp(services.topUpQueue, { account })
  }
}
