import { identityOf } from '../../shared/ledger/entries/entries.ts'
import type { TopUpRetryEntry } from '../../shared/ledger/entries/top-up.ts'
import { readTimeZone } from '../../shared/ledger/io/account-index.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import { settingsInForce } from '../../shared/ledger/io/settings-in-force.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { noTally } from '../../shared/ledger/tally/top-up-state.ts'
import { type Credits, euros } from '../../shared/money/amounts.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { monthOf } from '../../shared/time/month-of.ts'
import { automaticPurchase } from '../../shared/top-ups/automatic-purchase.ts'
import { roomIn } from '../../shared/top-ups/decide-top-up.ts'
import { putTopUp, readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import { isFinal } from '../../shared/top-ups/moves.ts'
import { newTopUp } from '../../shared/top-ups/new-top-up.ts'
import { automaticId, type TopUp } from '../../shared/top-ups/top-up.ts'
import { advanceTopUp } from './advance-top-up.ts'
import { commitEntry } from './commit-entry.ts'
import type { Ports, Working } from './ports.ts'

/** A page may open the next top-up as it ends one; each opening is told again anyway. */
const TOP_UPS_AT_ONCE = 5

/**
 * Takes an account's automatic top-up as far as it goes: pays what is open, tries again what is due.
 *
 * The log's head says what there is to do; the message that led here is only a hint. Called a hundred times at once it does
 * what one call does.
 */
export async function advanceAccount(ports: Ports, account: string, working: Working): Promise<void> {
  for (let done = 0; done < TOP_UPS_AT_ONCE; done += 1) {
    const head = await readHead(ports.log, account)
    const state = head?.header.topUp
    if (head === undefined || state === undefined) return
    if (state.kind === 'open') {
      const topUp = await openTopUp(ports, head, state, working)
      // The provider says when these get on, and reconciliation asks.
      if (topUp.status === 'processing' || topUp.status === 'needs-action') return
      const after = await advanceTopUp(ports, topUp, working)
      if (!isFinal(after.status)) return
    } else if (state.kind === 'waiting' && state.until <= working.now()) {
      await retry(ports, account, state.of, working)
    } else return
  }
}

/** The record of the top-up that the log opened; made again where it got lost. */
async function openTopUp(
  ports: Ports,
  head: Page,
  { of, buys }: Extract<Page['header']['topUp'], { kind: 'open' }>,
  { now }: Working,
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
      ...(await purchaseOf(ports, head, buys, now())),
      billing: await ports.billing(account),
      at: now(),
    }),
  )
}

/** By the settings of the log's head, within what is left of the month. */
async function purchaseOf({ log, accounts, purchases }: Ports, head: Page, buys: Credits, now: Instant) {
  const { account, tally = noTally } = head.header
  const { autoTopUp } = await settingsInForce(log, head)
  const timeZone = await readTimeZone(accounts, account)
  if (timeZone === undefined) throw new Error(`account ${account} has no record`)
  const room = autoTopUp === undefined ? noRoom : roomIn(monthOf(now, timeZone).month, autoTopUp, tally)
  return automaticPurchase(purchases, autoTopUp, buys, room)
}

const noRoom = euros('0')

/** Once for what waited: the entry is keyed by it. */
async function retry(ports: Ports, account: string, of: string, working: Working): Promise<void> {
  const entry: TopUpRetryEntry = {
    kind: 'top-up-retry',
    key: automaticId(of),
    actor: 'groschen',
    at: working.now(),
    of,
    cause: 'due',
  }
  await commitEntry(ports, account, entry, working, identityOf(entry, account))
}
