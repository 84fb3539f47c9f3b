import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../shared/aws/lambda.ts'
import type { Payment } from '../../shared/payments/payment.ts'
import type { PaymentTaking } from '../../shared/payments/provider.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time/instant.ts'
import { listPaidOn, listUnfinished, moveTopUp, readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { advanceAccount } from './advance-account.ts'
import { advanceTopUp } from './advance-top-up.ts'
import { applyPayment } from './apply-payment.ts'
import { standsInLog } from './credit-top-up.ts'
import { endStale } from './end-stale.ts'
import { inParts, type Part, partOf } from './in-parts.ts'
import type { Ports, Working } from './ports.ts'

/** What is under way for so long may have lost its messages. */
const UNTOUCHED_MS = 5 * MINUTE_MS
const UNFINISHED_AT_ONCE = 200
/** Payments and credits are held against each other so far back: a day and what a long run may be late. */
const LOOK_BACK_MS = DAY_MS + 6 * HOUR_MS
/** Stripe: a refund may fail up to 30 days later. */
const REFUND_LOOK_BACK_MS = 35 * DAY_MS
/** A dispute is decided within four months or so; its end has no date of its own to list by. */
const DISPUTE_LOOK_BACK_MS = 180 * DAY_MS

type Telling = Pick<Tools, 'logger' | 'metrics' | 'remainingMs'>

/**
 * Looks up what is not final, and holds the provider's payments, refunds and disputes and our credits against each other
 * (reliability, T3): what is paid and not credited is credited now, what went back is taken back; what does not agree is
 * reported.
 */
export async function reconcile(ports: Ports, working: Working, tools: Telling): Promise<void> {
  const seen = new Set<string>()
  let checked = 0
  const onPayment = ({ id, status }: Payment): void => {
    checked += 1
    if (status === 'succeeded') seen.add(id)
  }
  await inParts(
    ports.topUps,
    new Map([
      ['unfinished', partOf(unfinished(ports, working, tools), tools)],
      ['payments', partOf(payments(ports, working, onPayment), tools)],
      ['refunds', partOf(takings(ports, working, 'refund', REFUND_LOOK_BACK_MS), tools)],
      ['disputes', partOf(takings(ports, working, 'dispute', DISPUTE_LOOK_BACK_MS), tools)],
      ['credited', partOf(credited(ports, working, seen), tools)],
    ]),
    tools,
  ).finally(() => tools.metrics.addMetric('PaymentsReconciled', MetricUnit.Count, checked))
}

/** The longest untouched first; being looked at touches it, so whoever fails or takes days lets the others go first. */
function unfinished(ports: Ports, working: Working, { metrics }: Telling): Part<TopUp> {
  return {
    items: async function* () {
      const untouchedSince = working.now() - UNTOUCHED_MS
      const found = await listUnfinished(ports.topUps, { untouchedSince, limit: UNFINISHED_AT_ONCE })
      const ages = found.filter(isOurMove).map(({ createdAt }) => working.now() - createdAt)
      metrics.addMetric('UnfinishedTopUpAge', MetricUnit.Seconds, Math.max(0, ...ages) / 1000)
      yield* found
    },
    at: ({ updatedAt }) => updatedAt,
    about: ({ account, id }) => ({ account, topUp: id }),
    work: async (topUp) => {
      const touched = await moveTopUp(ports.topUps, topUp, { updatedAt: working.now() })
      await advanceTopUp(ports, await endStale(ports, touched ?? topUp, working), working)
      await advanceAccount(ports, topUp.account, working)
    },
  }
}

/** Neither a person nor the provider is waited for. */
const isOurMove = ({ status, origin }: TopUp): boolean =>
  status === 'paying' ||
  status === 'paid' ||
  (status === 'wanted' && !(origin.kind === 'manual' && origin.by === 'checkout'))

function payments(ports: Ports, working: Working, onPayment: (payment: Payment) => void): Part<Payment> {
  const since = working.now() - LOOK_BACK_MS
  return {
    items: (from) => ports.provider.paymentsBetween(since, from ?? working.now()),
    at: ({ createdAt }) => createdAt,
    about: ({ account, topUp }) => ({ account, topUp }),
    work: async (payment) => {
      onPayment(payment)
      if (payment.status !== 'succeeded') return
      const topUp = await readTopUp(ports.topUps, payment.account, payment.topUp)
      // By the entries of the log: what its record says may have been lost with a page.
      const isSettled = topUp?.payment === payment.id && (await standsInLog(ports, topUp, payment.id))
      const isNews = payment.takings.length > (topUp?.takenBack ?? 0)
      if (!isSettled || isNews) await applyPayment(ports, payment.id, working)
    },
  }
}

/** By the time at which they began, however old the payment is. */
function takings(ports: Ports, working: Working, kind: 'refund' | 'dispute', lookBackMs: number): Part<PaymentTaking> {
  const since = working.now() - lookBackMs
  return {
    items: (from) => ports.provider.takingsBetween(kind, since, from ?? working.now()),
    at: ({ at }) => at,
    about: ({ account, topUp, payment, taking }) => ({ account, topUp, payment, taking }),
    work: async ({ account, topUp: id, payment, taking, at }) => {
      const topUp = await readTopUp(ports.topUps, account, id)
      const isCredited = topUp?.payment === payment
      const place = isCredited ? topUp.takings.findIndex((known) => known.id === taking) : -1
      if (isCredited && place >= 0 && place < topUp.takenBack) return
      // What can't be taken back, since its payment was never credited, is reported for as long as payments are.
      if (!isCredited && at < working.now() - LOOK_BACK_MS) return
      await applyPayment(ports, payment, working)
    },
  }
}

function credited(ports: Ports, working: Working, seen: ReadonlySet<string>): Part<TopUp> {
  return {
    items: async function* (from = 0) {
      const now = working.now()
      for (let day = now - DAY_MS; day <= now; day += DAY_MS) yield* listPaidOn(ports.topUps, day, from)
    },
    at: ({ updatedAt }) => updatedAt,
    about: ({ account, id }) => ({ account, topUp: id }),
    work: async ({ account, id, payment, paidAt = 0, origin }) => {
      const isOld = paidAt < working.now() - DAY_MS
      if (origin.kind === 'invoice' || payment === undefined || seen.has(payment) || isOld) return
      const theirs = await ports.provider.payment(payment)
      if (theirs?.status !== 'succeeded')
        working.report({ account, topUp: id, payment, detail: 'it was credited, and the provider has no such payment' })
    },
  }
}
