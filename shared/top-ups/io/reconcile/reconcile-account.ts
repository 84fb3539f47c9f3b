import { OutOfTime } from '../../../ledger/io/commit/proposal.ts'
import { readHead, readPageFacts } from '../../../ledger/io/log-table.ts'
import type { PageHeader } from '../../../ledger/page/page.ts'
import type { Payment } from '../../../payments/payment.ts'
import { answered } from '../../../payments/provider.ts'
import { DAY_MS, HOUR_MS, type Instant } from '../../../time/instant.ts'
import { isFinal } from '../../moves.ts'
import type { TopUp } from '../../top-up.ts'
import { applyPayment } from '../apply-payment.ts'
import { readPayer } from '../payers-table.ts'
import { advanceTopUp } from '../steps/advance-top-up.ts'
import { commitEntry } from '../steps/commit-entry.ts'
import { isAwaited, standsInLog } from '../steps/log-steps.ts'
import { retryWithNewerMethod } from '../steps/stored-method.ts'
import type { TopUpPorts } from '../top-up-ports.ts'
import { readAllTopUps, readTopUp } from '../top-ups-table.ts'

/** A payment may be captured long after it was begun: a debit takes days, a page is open for one. */
const BEGUN_BEFORE_MS = 30 * DAY_MS
/** Clocks of those who wrote the page and the record. */
const SKEW_MS = HOUR_MS
/** For one more payment and its writes; the next call goes through the rest, and finds more done. */
const RESERVE_MS = 15_000

/**
 * Holds every payment of a restored account against its log, and ends the wait of automatic top-up once the log has them all
 * (reliability, T3): it writes credits and reversals of lost pages again, and waits for payments on their way for
 * purchases that the log has lost. If it fails, the next hint repeats it, and nothing is written twice.
 *
 * It reads both the records and the provider's lists, since each may lack something.
 *
 * @throws OutOfTime: the message comes back, and an alarm tells when that goes on
 */
export async function reconcileAccount(ports: TopUpPorts, account: string): Promise<void> {
  const head = await readHead(ports.log, account)
  const epoch = head?.header.tally?.reconciling
  if (head === undefined || epoch === undefined) return
  const lostSince = await earliestCut(ports, head.header)
  const records = await readAllTopUps(ports.topUps, account)
  const touched = records.filter(({ status, updatedAt }) => !isFinal(status) || updatedAt >= lostSince - SKEW_MS)
  const payments = await paymentsOf(ports, account, records, lostSince - BEGUN_BEFORE_MS)

  const checks = [
    ...touched.map((record) => () => checkRecord(ports, record)),
    ...payments.map((payment) => () => checkPayment(ports, payment)),
  ]
  let isWhole = true
  for (const check of checks) {
    if (ports.remainingMs() < RESERVE_MS) throw new OutOfTime()
    isWhole = (await check()) && isWhole
  }
  if (!isWhole) return
  const key = `reconciled-${epoch}`
  await commitEntry(ports, account, { kind: 'reconciled', key, actor: 'groschen', at: ports.now(), epoch })
}

/** When the oldest page was written that any restore went back to: pages after it may be lost. */
async function earliestCut({ log }: TopUpPorts, { account, cuts }: PageHeader): Promise<Instant> {
  return (await readPageFacts(log, account, Math.min(...cuts)))?.writtenAt ?? 0
}

/** The payments of every customer who ever paid for the account. */
async function paymentsOf(
  { accounts, provider, report }: TopUpPorts,
  account: string,
  records: readonly TopUp[],
  since: Instant,
): Promise<readonly Payment[]> {
  const payer = await readPayer(accounts, account)
  const customers = new Set([payer?.customer, ...records.map(({ customer }) => customer)])
  const found: Payment[] = []
  for (const customer of customers) {
    if (customer === undefined) continue
    const asked = await answered(() => provider.paymentsOf(account, customer, since))
    if (asked.kind === 'answer') found.push(...asked.answer)
    // The customer was deleted there: the records have the payments.
    else report({ account, topUp: 'all', payment: 'unknown', detail: asked.detail })
  }
  return found
}

/** Whether the log has a record's payment, or the record is final without one. */
async function checkRecord(ports: TopUpPorts, record: TopUp): Promise<boolean> {
  const { account, id, origin } = record
  if (origin.kind === 'invoice') return true
  const current = (await readTopUp(ports.topUps, account, id)) ?? record
  const topUp = isFinal(current.status) ? current : await advanceTopUp(ports, current)
  const { status } = topUp
  // The restored log may still count an unpaid purchase.
  if (origin.kind === 'manual' && (status === 'skipped' || status === 'failed')) await advanceTopUp(ports, topUp)
  // The restored log may wait for a method that was stored since.
  await retryWithNewerMethod(ports, topUp)
  if (!isFinal(status)) await countAgain(ports, topUp)
  if (!isFinal(status)) return origin.kind === 'manual' || (await isAwaited(ports, topUp))
  if (topUp.payment === undefined || topUp.paidAt === undefined) return true
  const isSettled = topUp.takings.length === 0 && (await standsInLog(ports, topUp, topUp.payment))
  return isSettled || (await applyPayment(ports, topUp.payment))
}

/** A purchase that a person may still pay counts towards the caps again. One that is only wanted may never have counted: it is not charged then. */
async function countAgain(ports: TopUpPorts, { account, id, origin, status, price }: TopUp): Promise<void> {
  if (origin.kind !== 'manual' || !origin.counted || status === 'wanted') return
  const made = { key: id, actor: origin.actor, at: ports.now() }
  await commitEntry(ports, account, { kind: 'top-up-wanted', ...made, paid: price.total })
}

/** Whether the log has everything that the provider has, and no automatic payment is on its way except the open one. */
async function checkPayment(ports: TopUpPorts, payment: Payment): Promise<boolean> {
  const { account, topUp: id, status, takings } = payment
  if (status !== 'succeeded' && status !== 'processing') return true
  const topUp = await readTopUp(ports.topUps, account, id)
  // Of one with a record that was said above.
  if (status === 'processing') return topUp !== undefined || !id.startsWith('auto-')
  const isSettled =
    topUp?.payment === payment.id && takings.length === 0 && (await standsInLog(ports, topUp, payment.id))
  return isSettled || (await applyPayment(ports, payment.id))
}
