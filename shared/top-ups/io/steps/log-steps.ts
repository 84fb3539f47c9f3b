import type { TopUpEntry } from '../../../ledger/entries/top-up.ts'
import { readTimeZone } from '../../../ledger/io/accounts-table.ts'
import { readHead, readPage, settingsInForce } from '../../../ledger/io/log-table.ts'
import type { Page } from '../../../ledger/page/page.ts'
import { noTally, type TopUpPlace } from '../../../ledger/tally/top-up-state.ts'
import { dayOfZone } from '../../../time/day-of.ts'
import { monthOf } from '../../../time/month-of.ts'
import { decideTopUp, type TopUpDecision } from '../../decide-top-up.ts'
import { statusOfEnd, type TopUp } from '../../top-up.ts'
import { notBought } from '../../top-up-events.ts'
import { reportOn, type TopUpPorts } from '../top-up-ports.ts'
import type { Performers } from './advance-top-up.ts'
import { commitEntry } from './commit-entry.ts'
import { done, moveRecord, tellPayer } from './record-steps.ts'

/** Steps that read or write the log. */
export const logSteps: Performers<
  'decide' | 'read-tally' | 'ask-whether-awaited' | 'credit' | 'credit-again' | 'tell-end'
> = {
  decide: async (ports, { topUp, seen }, { hasMethod }) => {
    const decision = await decisionOn(ports, topUp, hasMethod)
    return { topUp, seen: { ...seen, decision } }
  },

  'read-tally': async ({ log }, { topUp, seen }) => {
    const tally = (await readHead(log, topUp.account))?.header.tally ?? noTally
    return { topUp, seen: { ...seen, tally } }
  },

  'ask-whether-awaited': async (ports, { topUp }) => {
    const mayBeLost = await isAwaited(ports, topUp)
    return { topUp, seen: { mayBeLost } }
  },

  // First the entry, keyed by the provider's payment, and only then the record says credited.
  credit: async (ports, { topUp }) => {
    const { account, id, payment } = topUp
    if (payment === undefined) throw new Error(`top-up ${id} of ${account} is paid without a payment`)
    const { page } = await commitEntry(ports, account, await creditEntryOf(ports, topUp, payment))
    return done((await moveRecord(ports, topUp, { status: 'credited', page: page.header.seq })).topUp)
  },

  // If the log has the entry, only its place is corrected. Takings may be lost with it, and are due again.
  'credit-again': async (ports, { topUp }) => {
    const { account, payment } = topUp
    if (payment === undefined) return done(topUp)
    const { kind, page } = await commitEntry(ports, account, await creditEntryOf(ports, topUp, payment))
    const { seq } = page.header
    if (kind === 'committed' && topUp.page !== undefined) {
      const detail = `the log did not have the credits that it had on page ${topUp.page}; they stand on page ${seq} now`
      reportOn(ports, topUp, payment, detail)
    }
    if (topUp.page === undefined || topUp.page === seq) return done(topUp)
    return done((await moveRecord(ports, topUp, { page: seq, takenBack: 0 })).topUp)
  },

  // The log gets an automatic one. No page has a purchase by hand, so its event is published here.
  'tell-end': async (ports, { topUp }) => {
    const { account, id, origin, reason, nextTry, declines, declineCode, credits, updatedAt } = topUp
    if (reason === undefined) throw new Error(`top-up ${id} of ${account} ended without a reason`)
    const made = { key: id, actor: 'groschen', at: updatedAt }
    if (origin.kind === 'automatic') {
      const how = { of: origin.of, reason, until: nextTry, declines, declineCode, wanted: credits }
      await commitEntry(ports, account, { kind: 'top-up-ended', ...made, ...how })
    } else {
      if (origin.kind === 'manual' && origin.counted)
        await commitEntry(ports, account, { kind: 'top-up-not-paid', ...made })
      await tellPayer(ports, topUp, notBought(topUp, statusOfEnd(reason)))
    }
    return { topUp, seen: { isEndTold: true } }
  },
}

/**
 * Whether a top-up is paid, as things stand: asked before each payment is begun, not only the first time. `wait`: no card is
 * charged in a restored log that was not reconciled.
 *
 * An automatic one is judged by the log's head, which is read after it was opened: nothing that counts can be missing.
 */
async function decisionOn(
  { log, accounts, now }: TopUpPorts,
  topUp: TopUp,
  hasMethod: boolean,
): Promise<TopUpDecision> {
  const { account, id, origin, price, askedAt } = topUp
  const head = await readHead(log, account)
  if (origin.kind !== 'automatic') {
    if (isReconciling(head)) return { kind: 'wait' }
    // Neither the log nor its caps know of it: its maker died in between, or the log refused it.
    const pending = head?.header.tally?.bought?.pending ?? []
    if (origin.kind === 'manual' && origin.counted && pending.every((one) => one.id !== id))
      return { kind: 'skip', reason: 'cap-reached' }
    return hasMethod ? { kind: 'pay' } : { kind: 'skip', reason: 'no-payment-method' }
  }
  const timeZone = await readTimeZone(accounts, account)
  if (head === undefined || timeZone === undefined) throw new Error(`account ${account} has no log or no record`)
  const { balance, tally = noTally } = head.header
  // It was ended, and its record got lost.
  if (!isOpenAt(head, origin.of)) return { kind: 'skip', reason: 'not-needed' }
  // A lost payment may already have bought these credits.
  if (isReconciling(head)) return { kind: 'wait' }
  const { autoTopUp: auto } = await settingsInForce(log, head)
  const at = now()
  // By the month that its credit is counted in.
  const month = monthOf(askedAt ?? at, timeZone)
  return decideTopUp({ auto, balance, tally, price, now: at, ...month, hasMethod })
}

const isReconciling = (head: Page | undefined): boolean => head?.header.tally?.reconciling !== undefined

const isOpenAt = ({ header: { topUp } }: Page, of: TopUpPlace): boolean => topUp.kind === 'open' && topUp.of === of

/** Whether the log still waits for the outcome of this automatic top-up. */
export async function isAwaited({ log }: TopUpPorts, { account, origin }: TopUp): Promise<boolean> {
  if (origin.kind !== 'automatic') return false
  const head = await readHead(log, account)
  return head !== undefined && isOpenAt(head, origin.of)
}

/** The entry of a payment that was taken. */
export async function creditEntryOf(ports: TopUpPorts, topUp: TopUp, payment: string): Promise<TopUpEntry> {
  const { account, id, origin, credits, price, askedAt } = topUp
  const now = ports.now()
  const timeZone = await readTimeZone(ports.accounts, account)
  if (timeZone === undefined) throw new Error(`account ${account} has no record`)
  return {
    kind: 'top-up',
    key: id,
    actor: origin.kind === 'automatic' ? 'groschen' : origin.actor,
    at: now,
    provider: ports.provider.name,
    payment,
    of: origin.kind === 'automatic' ? origin.of : undefined,
    // It counts where it was decided: the caps were judged by that month.
    month: monthOf(askedAt ?? now, timeZone).month,
    // A pending purchase counts on every day; from now on it counts on this one.
    day: origin.kind === 'manual' && origin.counted ? dayOfZone(timeZone)(now) : undefined,
    paid: price.total,
    credits,
  }
}

/** Whether the log's entries credit a payment. Its record says only where to look. */
export async function standsInLog({ log }: TopUpPorts, { account, page }: TopUp, payment: string): Promise<boolean> {
  const standing = page === undefined ? undefined : await readPage(log, account, page)
  return standing?.entries.some((entry) => entry.kind === 'top-up' && entry.payment === payment) ?? false
}
