import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import { CorrectionBook } from '../../ledger/entries/corrections.ts'
import { type Decision, type ReratingEntry, refundIdentity } from '../../ledger/entries/credit.ts'
import { noSuchAccount } from '../../ledger/io/accounts-table.ts'
import { type Outcome, OutOfTime, proposalOf } from '../../ledger/io/commit/proposal.ts'
import { type LogTable, readHead, readPages } from '../../ledger/io/log-table.ts'
import type { LogWriter } from '../../ledger/io/log-writer.ts'
import type { Page } from '../../ledger/page/page.ts'
import { type Instant, MINUTE_MS } from '../../time/instant.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type Rerated, rerate } from '../rerate/rerate.ts'
import { type RerateFigures, RerateTally } from '../rerate/rerate-tally.ts'

/** Which charges, and by which version. */
export interface RerateOrder {
  readonly account: string
  /** Event times, `to` not among them. */
  readonly from: Instant
  readonly to: Instant
  /** `undefined`: all. */
  readonly services: ReadonlySet<string> | undefined
  readonly card: RateCard
  readonly decision: Omit<Decision, 'credits'>
  /** Finds out everything and writes nothing. */
  readonly isDry: boolean
}

export interface RerateBy {
  readonly log: LogTable
  readonly writer: LogWriter
  readonly remainingMs: () => number
}

/**
 * An event's time is at most five minutes ahead of its writer's clock, so no page that was written before this much before
 * `from` has a charge of it. The rest is for clocks that are apart: were it less than that, charges would be missed.
 */
const WRITTEN_BEFORE_MS = 60 * MINUTE_MS

const PAGES_AT_ONCE = 50

/** A piece is finished in this, with its commit and the answer: no new one begins later. */
const RESERVE_MS = 5000

/**
 * Re-rates an account's charges: writes a correction for each that costs something else by the version.
 *
 * Goes through the log from its head back: corrections stand after their charges, so by the time a charge comes all of them
 * are known, and each piece of the log is written before the next is read. Killed anywhere and run again, it ends with the
 * same log: it finds its earlier entries. A refund in between is never overlooked: commits look for it too.
 *
 * @returns `isDone` false: time ran out; run again, it goes on
 * @throws Problem for an account without a log, and what the store throws
 */
export async function rerateCharges(
  order: RerateOrder,
  { log, writer, remainingMs }: RerateBy,
): Promise<{ readonly figures: RerateFigures; readonly isDone: boolean }> {
  const head = await readHead(log, order.account)
  if (head === undefined) throw noSuchAccount(order.account)
  const lookedUpTo = head.header.seq
  const corrections = new CorrectionBook()
  const tally = new RerateTally()
  const decision = { ...order, rateCard: order.card.version }
  const answer = (isDone: boolean) => ({ figures: tally.figures(), isDone })
  const isWithin = ({ time, service }: ChargeEntry): boolean =>
    time >= order.from && time < order.to && (order.services?.has(service) ?? true)

  for (let to = lookedUpTo; to >= 1; to -= PAGES_AT_ONCE) {
    if (remainingMs() < RESERVE_MS) return answer(false)
    const from = Math.max(1, to - PAGES_AT_ONCE + 1)
    const pages = await readPages(log, order.account, { from, to, order: 'newest-first' })
    const found: ToCorrect[] = []
    for (const { entries } of pages) {
      for (const entry of entries) corrections.add(entry)
      for (const charge of chargesIn(entries)) {
        if (!isWithin(charge)) continue
        const rerated = rerate(order.account, charge, corrections.take(charge), order.card)
        if (rerated.kind === 'corrected') found.push({ charge, rerated })
        else if (rerated.kind === 'unchanged') tally.unchanged(charge, rerated.before)
        else tally.leftAlone(charge, rerated.before, rerated.kind)
      }
    }
    if (order.isDry) for (const { charge, rerated } of found) tally.corrected(charge, rerated.before, rerated.after)
    else if (!(await writeReratings(found, decision, { writer, remainingMs, lookedUpTo }, tally))) return answer(false)
    // All of them: one that lost many races was packed before those in front of it.
    if (pages.every((page) => page.header.writtenAt < order.from - WRITTEN_BEFORE_MS)) break
  }
  return answer(true)
}

const chargesIn = (entries: Page['entries']): readonly ChargeEntry[] =>
  entries.filter((entry) => entry.kind === 'charge')

/** A charge that costs something else by the version. */
interface ToCorrect {
  readonly charge: ChargeEntry
  readonly rerated: Extract<Rerated, { kind: 'corrected' }>
}

/** To which version, and who decided it. */
interface RerateDecision {
  readonly account: string
  readonly rateCard: number
  readonly decision: Omit<Decision, 'credits'>
}

interface WriteBy {
  readonly writer: LogWriter
  readonly remainingMs: () => number
  /** No correction up to this page was overlooked. */
  readonly lookedUpTo: number
}

/** A few pages: a commit keeps its entries in memory. */
const CORRECTIONS_AT_ONCE = 1000

/**
 * Writes a correction for each charge that no other request has corrected or refunded since, and counts the outcomes.
 *
 * @returns whether there was time for all of them
 * @throws what the store throws
 */
async function writeReratings(
  found: readonly ToCorrect[],
  order: RerateDecision,
  by: WriteBy,
  tally: RerateTally,
): Promise<boolean> {
  for (let next = 0; next < found.length; next += CORRECTIONS_AT_ONCE) {
    if (!(await writeSome(found.slice(next, next + CORRECTIONS_AT_ONCE), order, by, tally))) return false
  }
  return true
}

async function writeSome(
  found: readonly ToCorrect[],
  order: RerateDecision,
  { writer, remainingMs, lookedUpTo }: WriteBy,
  tally: RerateTally,
): Promise<boolean> {
  const proposals = found.map((one) => {
    const entry = entryOf(one, order)
    return proposalOf(order.account, entry, { unless: { identity: refundIdentity(entry.of), lookedUpTo } })
  })
  const outcomes = await writer.commit(order.account, proposals, remainingMs)
  let fault: Extract<Outcome<never>, { kind: 'not-committed' }> | undefined
  found.forEach(({ charge, rerated: { before, after } }, place) => {
    const outcome = outcomes[place]
    if (outcome?.kind === 'committed') tally.corrected(charge, before, after)
    // Another process did the same at the same time.
    else if (outcome?.kind === 'replayed') tally.unchanged(charge, after)
    else if (outcome?.kind === 'conflict') tally.leftAlone(charge, before, conflictOf(outcome))
    else if (outcome?.kind === 'not-committed') fault ??= outcome
  })
  if (fault === undefined) return true
  if (fault.cause instanceof OutOfTime) return false
  throw fault.cause
}

const conflictOf = ({ differs }: { readonly differs: readonly string[] }): 'refunded' | 'conflict' =>
  differs.includes('refund') ? 'refunded' : 'conflict'

function entryOf({ charge, rerated }: ToCorrect, { rateCard, decision }: RerateDecision): ReratingEntry {
  const { source, id, time, user, group, category, service } = charge
  return {
    kind: 'rerating',
    of: { source, id },
    nth: rerated.nth,
    time,
    user,
    group,
    category,
    service,
    rateCard,
    ...decision,
    credits: rerated.credits,
  }
}
