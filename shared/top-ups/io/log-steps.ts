import type { Entry, TopUpEndedEntry, TopUpEntry, TopUpLogEntry } from '../../ledger/entries/entry.ts'
import { identityOf } from '../../ledger/entries/identity.ts'
import { readTimeZone } from '../../ledger/io/account-index.ts'
import { readHead, readPage } from '../../ledger/io/log-table.ts'
import { settingsInForce } from '../../ledger/io/settings-in-force.ts'
import type { Page } from '../../ledger/page/page.ts'
import { noTally, type TopUpPlace } from '../../ledger/tally/top-up-state.ts'
import { dayOfZone } from '../../time/day-of.ts'
import { monthOf } from '../../time/month-of.ts'
import { decideTopUp } from '../decide-top-up.ts'
import type { Seen } from '../next-step.ts'
import { statusOfEnd, type TopUp } from '../top-up.ts'
import { notBought } from '../top-up-events.ts'
import type { Standing } from './advance-top-up.ts'
import { done, reread, tellPayer } from './record-steps.ts'
import { reportOn, type TopUpPorts } from './top-up-ports.ts'
import { moveTopUp } from './top-ups-table.ts'

export const decide = async (ports: TopUpPorts, { topUp, seen }: Standing, hasMethod: boolean): Promise<Standing> => ({
  topUp,
  seen: { ...seen, decision: await decisionOn(ports, topUp, hasMethod) },
})

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
): Promise<NonNullable<Seen['decision']>> {
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
  // What it was opened for may have been paid already.
  if (isReconciling(head)) return { kind: 'wait' }
  const { autoTopUp: auto } = await settingsInForce(log, head)
  const at = now()
  // By the month that its credit is counted in.
  const month = monthOf(askedAt ?? at, timeZone)
  return decideTopUp({ auto, balance, tally, price, now: at, ...month, hasMethod })
}

const isReconciling = (head: Page | undefined): boolean => head?.header.tally?.reconciling !== undefined

const isOpenAt = ({ header: { topUp } }: Page, of: TopUpPlace): boolean => topUp.kind === 'open' && topUp.of === of

export async function readTally({ log }: TopUpPorts, { topUp, seen }: Standing): Promise<Standing> {
  const tally = (await readHead(log, topUp.account))?.header.tally ?? noTally
  return { topUp, seen: { ...seen, tally } }
}

export const askWhetherAwaited = async (ports: TopUpPorts, { topUp }: Standing): Promise<Standing> => ({
  topUp,
  seen: { isAwaited: await isAwaited(ports, topUp) },
})

/** Whether the log still waits for the outcome of this automatic top-up. */
export async function isAwaited({ log }: TopUpPorts, { account, origin }: TopUp): Promise<boolean> {
  if (origin.kind !== 'automatic') return false
  const head = await readHead(log, account)
  return head !== undefined && isOpenAt(head, origin.of)
}

/** Credits what was paid: first the entry, keyed by the provider's payment, and only then the record says credited. */
export async function credit(ports: TopUpPorts, { topUp }: Standing): Promise<Standing> {
  const { account, id, payment } = topUp
  if (payment === undefined) throw new Error(`top-up ${id} of ${account} is paid without a payment`)
  const { page } = await commitEntry(ports, account, await creditEntryOf(ports, topUp, payment))
  const changes = { status: 'credited', page: page.header.seq, updatedAt: ports.now() } as const
  return done((await moveTopUp(ports.topUps, topUp, changes)) ?? (await reread(ports, topUp)))
}

/**
 * Writes the same entry again where a restored log lost the page of a credited top-up. A log that has it keeps it as it is, and
 * only its place is put right. What was taken back may be lost with it, and is due again.
 */
export async function creditAgain(ports: TopUpPorts, { topUp }: Standing): Promise<Standing> {
  const { account, payment } = topUp
  if (payment === undefined) return done(topUp)
  const { kind, page } = await commitEntry(ports, account, await creditEntryOf(ports, topUp, payment))
  const { seq } = page.header
  if (kind === 'committed' && topUp.page !== undefined) {
    const detail = `the log did not have the credits that it had on page ${topUp.page}; they stand on page ${seq} now`
    reportOn(ports, topUp, payment, detail)
  }
  if (topUp.page === undefined || topUp.page === seq) return done(topUp)
  const found = { page: seq, takenBack: 0, updatedAt: ports.now() }
  return done((await moveTopUp(ports.topUps, topUp, found)) ?? (await reread(ports, topUp)))
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
    // What waits to be paid counts on whatever day it is; from now on it counts in this one.
    ...(origin.kind === 'manual' && origin.counted && { day: dayOfZone(timeZone)(now) }),
    paid: price.total,
    credits,
  }
}

/** Whether the log's entries credit a payment, whatever its record says: the record is only where to look. */
export async function standsInLog({ log }: TopUpPorts, { account, page }: TopUp, payment: string): Promise<boolean> {
  const standing = page === undefined ? undefined : await readPage(log, account, page)
  return standing?.entries.some((entry) => entry.kind === 'top-up' && entry.payment === payment) ?? false
}

/** Tells the log how a top-up ended; of one that a person wanted also the bus, since no page says it. */
export async function tellEnd(ports: TopUpPorts, { topUp }: Standing): Promise<Standing> {
  const { account, id, origin, reason, nextTry, declines, declineCode, credits, updatedAt } = topUp
  if (reason === undefined) throw new Error(`top-up ${id} of ${account} ended without a reason`)
  const made = { key: id, actor: 'groschen', at: updatedAt }
  if (origin.kind === 'automatic') {
    const how = { of: origin.of, reason, until: nextTry, declines, declineCode, wanted: credits }
    const entry: TopUpEndedEntry = { kind: 'top-up-ended', ...made, ...how }
    await commitEntry(ports, account, entry)
  } else {
    if (origin.kind === 'manual' && origin.counted)
      await commitEntry(ports, account, { kind: 'top-up-not-paid', ...made })
    await tellPayer(ports, topUp, notBought(topUp, statusOfEnd(reason)))
  }
  return { topUp, seen: { isEndTold: true } }
}

/**
 * Writes an entry about a top-up, once for its identity: the first writer's entry stands.
 *
 * @throws what kept it from being committed; nothing was written then, or the same call finds it
 */
export async function commitEntry<E extends TopUpLogEntry>(
  { writer, remainingMs }: TopUpPorts,
  account: string,
  entry: E,
): Promise<{ readonly kind: 'committed' | 'replayed'; readonly entry: Entry; readonly page: Page }> {
  const [outcome] = await writer.commit(
    account,
    [
      {
        identity: identityOf(entry, account),
        boundAt: undefined,
        // Two processes that saw the same end at different moments say the same.
        differenceFrom: (standing: Entry) => (standing.kind === entry.kind ? [] : ['kind']),
        settle: () => ({ kind: 'entry' as const, entry }),
      },
    ],
    remainingMs,
  )
  switch (outcome?.kind) {
    case 'committed':
    case 'replayed':
      return outcome
    case 'not-committed':
      throw outcome.cause
    default:
      throw new Error(`the log of ${account} did not take a ${entry.kind} of ${entry.key}: ${outcome?.kind}`)
  }
}
