import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../shared/runtime/lambda.ts'
import { listPaidOn, listUnfinished, moveTopUp, readTopUp } from '../../shared/store/top-ups-table.ts'
import { DAY_MS, MINUTE_MS } from '../../shared/time/instant.ts'
import { advanceAccount } from './advance-account.ts'
import { advanceTopUp } from './advance-top-up.ts'
import { applyPayment } from './apply-payment.ts'
import type { Ports, Working } from './ports.ts'

/** What is under way for so long may have lost its messages. */
const UNTOUCHED_MS = 5 * MINUTE_MS
const UNFINISHED_AT_ONCE = 200
/** Payments and credits are held against each other so far back: a day and what a long run may be late. */
const LOOK_BACK_MS = DAY_MS + 6 * 60 * MINUTE_MS
/** For one more payment and its writes. */
const RESERVE_MS = 10_000

/**
 * Looks up what is not final, and holds the provider's payments and our credits of the last day against each other
 * (reliability, T3): what is paid and not credited is credited now; what does not agree is reported.
 */
export async function reconcile(
  ports: Ports,
  working: Working,
  { logger, metrics, remainingMs }: Pick<Tools, 'logger' | 'metrics' | 'remainingMs'>,
): Promise<void> {
  const now = working.now()
  const hasTime = (): boolean => remainingMs() >= RESERVE_MS
  let failure: unknown
  const attempt = async (what: object, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failure ??= error
      logger.error('a top-up was not reconciled; the next run goes on', { ...what, error: error as Error })
    }
  }

  const unfinished = await listUnfinished(ports.topUps, {
    untouchedSince: now - UNTOUCHED_MS,
    limit: UNFINISHED_AT_ONCE,
  })
  for (const topUp of unfinished) {
    if (!hasTime()) break
    const { account, id } = topUp
    await attempt({ account, topUp: id }, async () => {
      const after = await advanceTopUp(ports, topUp, working)
      // The others first, next time: it may be under way for days.
      if (after.version === topUp.version) await moveTopUp(ports.topUps, topUp, { updatedAt: working.now() })
      await advanceAccount(ports, account, working)
    })
  }

  const seen = new Set<string>()
  let checked = 0
  for await (const payment of ports.provider.paymentsBetween(now - LOOK_BACK_MS, now)) {
    if (!hasTime()) break
    checked += 1
    if (payment.status === 'succeeded') seen.add(payment.id)
    const { account, topUp: id } = payment
    const topUp = await readTopUp(ports.topUps, account, id)
    const isSettled = topUp?.payment === payment.id && topUp.page !== undefined
    const isNews = payment.takings.length > (topUp?.takenBack ?? 0)
    if (payment.status !== 'succeeded' || (isSettled && !isNews)) continue
    await attempt({ account, topUp: id }, () => applyPayment(ports, payment.id, working))
  }

  for (let day = now - DAY_MS; day <= now && hasTime(); day += DAY_MS) {
    for await (const { account, id, payment, paidAt = 0, origin } of listPaidOn(ports.topUps, day)) {
      if (origin.kind === 'invoice' || payment === undefined || seen.has(payment) || paidAt < now - DAY_MS) continue
      const theirs = await ports.provider.payment(payment)
      if (theirs?.status !== 'succeeded')
        working.report({ account, topUp: id, payment, detail: 'it was credited, and the provider has no such payment' })
    }
  }
  metrics.addMetric('PaymentsReconciled', MetricUnit.Count, checked)
  if (failure !== undefined) throw failure
}
