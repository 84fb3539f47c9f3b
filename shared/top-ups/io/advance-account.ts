import { readTimeZone } from '../../ledger/io/accounts-table.ts'
import { readHead, settingsInForce } from '../../ledger/io/log-table.ts'
import type { Page } from '../../ledger/page/page.ts'
import { noTally } from '../../ledger/tally/top-up-state.ts'
import { type Credits, euros } from '../../money/amounts.ts'
import { monthOf } from '../../time/month-of.ts'
import { automaticPurchase } from '../automatic-purchase.ts'
import { roomIn } from '../decide-top-up.ts'
import { isFinal } from '../moves.ts'
import { automaticId, newTopUp, type TopUp } from '../top-up.ts'
import { advanceTopUp } from './steps/advance-top-up.ts'
import { commitEntry } from './steps/commit-entry.ts'
import type { TopUpPorts } from './top-up-ports.ts'
import { putTopUp, readTopUp } from './top-ups-table.ts'

/** A page may open the next top-up as it ends one; each opening sends a message of its own. */
const TOP_UPS_AT_ONCE = 5

/**
 * Advances an account's automatic top-up: pays an open one, retries a due one.
 *
 * The log's head says what to do; the message is only a hint. A hundred calls at once do
 * the same as one.
 */
export async function advanceAccount(ports: TopUpPorts, account: string): Promise<void> {
  for (let done = 0; done < TOP_UPS_AT_ONCE; done += 1) {
    const head = await readHead(ports.log, account)
    const state = head?.header.topUp
    if (head === undefined || state === undefined) return
    if (state.kind === 'open') {
      const topUp = await openTopUp(ports, head, state)
      // The provider says when these get on, and reconciliation asks.
      if (topUp.status === 'processing' || topUp.status === 'needs-action') return
      const after = await advanceTopUp(ports, topUp)
      if (!isFinal(after.status)) return
    } else if (state.kind === 'waiting' && state.until <= ports.now()) {
      await retry(ports, account, state.of)
    } else return
  }
}

/** The record of the top-up that the log opened; made again where it got lost. */
async function openTopUp(
  ports: TopUpPorts,
  head: Page,
  { of, buys }: Extract<Page['header']['topUp'], { kind: 'open' }>,
): Promise<TopUp> {
  const { account } = head.header
  const known = await readTopUp(ports.topUps, account, automaticId(of))
  if (known !== undefined) return known
  return await putTopUp(
    ports.topUps,
    newTopUp({
      account,
      id: automaticId(of),
      origin: { kind: 'automatic', of },
      ...(await purchaseOf(ports, head, buys)),
      billing: await ports.billing(account),
      at: ports.now(),
    }),
  )
}

/** By the settings of the log's head, within the month's room. */
async function purchaseOf({ log, accounts, purchases, now }: TopUpPorts, head: Page, buys: Credits) {
  const at = now()
  const { account, tally = noTally } = head.header
  const { autoTopUp } = await settingsInForce(log, head)
  const timeZone = await readTimeZone(accounts, account)
  if (timeZone === undefined) throw new Error(`account ${account} has no record`)
  const room = autoTopUp === undefined ? noRoom : roomIn(monthOf(at, timeZone).month, autoTopUp, tally)
  return automaticPurchase(purchases, autoTopUp, buys, room)
}

const noRoom = euros('0')

/** Once for each wait: its place is the entry's key. */
async function retry(ports: TopUpPorts, account: string, of: string): Promise<void> {
  const made = { key: automaticId(of), actor: 'groschen', at: ports.now() }
  await commitEntry(ports, account, { kind: 'top-up-retry', ...made, of, cause: 'due' })
}
