import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../../aws/lambda.ts'
import type { Payment } from '../../../payments/payment.ts'
import type { PaymentTaking } from '../../../payments/provider.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../time/instant.ts'
import type { TopUp } from '../../top-up.ts'
import { advanceAccount } from '../advance-account.ts'
import { applyPayment } from '../apply-payment.ts'
import { advanceNamed } from '../steps/advance-top-up.ts'
import { standsInLog } from '../steps/log-steps.ts'
import type { TopUpPorts } from '../top-up-ports.ts'
import { listPaidOn, listUnfinished, moveTopUp, readTopUp } from '../top-ups-table.ts'
import { inParts, partOf, type TopUpPart } from './in-parts.ts'

/** A top-up that is under way for this long may have lost its messages. */
const UNTOUCHED_MS = 5 * MINUTE_MS
const UNFINISHED_AT_ONCE = 200
/** How far back payments and credits are compared: a day, and the delay of a long run. */
const LOOK_BACK_MS = DAY_MS + 6 * HOUR_MS
/** Stripe: a refund may fail up to 30 days later. */
const REFUND_LOOK_BACK_MS = 35 * DAY_MS
/** A dispute is decided within four months or so; its end has no date of its own to list by. */
const DISPUTE_LOOK_BACK_MS = 180 * DAY_MS

type Telling = Pick<Tools, 'logger' | 'metrics' | 'remainingMs'>

/**
 * Looks up top-ups that are not final, and compares the provider's payments, refunds and disputes with our credits
 * (reliability, T3): it credits uncredited payments, takes back refunds, and reports what does not
 * agree.
 */
export async function reconcileAll(ports: TopUpPorts, tools: Telling): Promise<void> {
  const seen = new Set<string>()
  let checked = 0
  const onPayment = ({ id, status }: Payment): void => {
    checked += 1
    if (status === 'succeeded') seen.add(id)
  }
  await inParts(
    ports.topUps,
    new Map([
      ['unfinished', partOf(unfinished(ports, tools), tools)],
      ['payments', partOf(payments(ports, onPayment), tools)],
      ['refunds', partOf(takings(ports, 'refund', REFUND_LOOK_BACK_MS), tools)],
      ['disputes', partOf(takings(ports, 'dispute', DISPUTE_LOOK_BACK_MS), tools)],
      ['credited', partOf(credited(ports, seen), tools)],
    ]),
    tools,
  ).finally(() => tools.metrics.addMetric('PaymentsReconciled', MetricUnit.Count, checked))
}

/** The longest untouched first; being looked at touches it, so one that fails or takes days lets the others go first. */
function unfinished(ports: TopUpPorts, { metrics }: Telling): TopUpPart<TopUp> {
  return {
    items: async function* () {
      const untouchedSince = ports.now() - UNTOUCHED_MS
      const found = await listUnfinished(ports.topUps, { untouchedSince, limit: UNFINISHED_AT_ONCE })
      const ages = found.filter(isOurMove).map(({ createdAt }) => ports.now() - createdAt)
      metrics.addMetric('UnfinishedTopUpAge', MetricUnit.Seconds, Math.max(0, ...ages) / 1000)
      yield* found
    },
    at: ({ updatedAt }) => updatedAt,
    about: ({ account, id }) => ({ account, topUp: id }),
    work: async (topUp) => {
      const touched = await moveTopUp(ports.topUps, topUp, { updatedAt: ports.now() })
      await advanceNamed(ports, touched ?? topUp)
      await advanceAccount(ports, topUp.account)
    },
  }
}

/** Neither a person nor the provider is waited for. */
const isOurMove = ({ status, origin }: TopUp): boolean =>
  status === 'paying' ||
  status === 'paid' ||
  (status === 'wanted' && !(origin.kind === 'manual' && origin.by === 'checkout'))

function payments(ports: TopUpPorts, onPayment: (payment: Payment) => void): TopUpPart<Payment> {
  const since = ports.now() - LOOK_BACK_MS
  return {
    items: (from) => ports.provider.paymentsBetween(since, from ?? ports.now()),
    at: ({ createdAt }) => createdAt,
    about: ({ account, topUp }) => ({ account, topUp }),
    work: async (payment) => {
      onPayment(payment)
      if (payment.status !== 'succeeded') return
      const topUp = await readTopUp(ports.topUps, payment.account, payment.topUp)
      // By the entries of the log: a page with the credit may have been lost, while the record still has it.
      const isSettled = topUp?.payment === payment.id && (await standsInLog(ports, topUp, payment.id))
      const isNews = payment.takings.length > (topUp?.takenBack ?? 0)
      if (!isSettled || isNews) await applyPayment(ports, payment.id)
    },
  }
}

/** By the time at which they began, however old the payment is. */
function takings(ports: TopUpPorts, kind: 'refund' | 'dispute', lookBackMs: number): TopUpPart<PaymentTaking> {
  const since = ports.now() - lookBackMs
  return {
    items: (from) => ports.provider.takingsBetween(kind, since, from ?? ports.now()),
    at: ({ at }) => at,
    about: ({ account, topUp, payment, taking }) => ({ account, topUp, payment, taking }),
    work: async ({ account, topUp: id, payment, taking, at }) => {
      const topUp = await readTopUp(ports.topUps, account, id)
      const isCredited = topUp?.payment === payment
      const place = isCredited ? topUp.takings.findIndex((known) => known.id === taking) : -1
      if (isCredited && place >= 0 && place < topUp.takenBack) return
      // A refund of a payment that was never credited can't be taken back. It is reported as long as payments are compared.
      if (!isCredited && at < ports.now() - LOOK_BACK_MS) return
      await applyPayment(ports, payment)
    },
  }
}

function credited(ports: TopUpPorts, seen: ReadonlySet<string>): TopUpPart<TopUp> {
  return {
    items: async function* (from = 0) {
      const now = ports.now()
      for (let day = now - DAY_MS; day <= now; day += DAY_MS) yield* listPaidOn(ports.topUps, day, from)
    },
    at: ({ updatedAt }) => updatedAt,
    about: ({ account, id }) => ({ account, topUp: id }),
    work: async ({ account, id, payment, paidAt = 0, origin }) => {
      const isOld = paidAt < ports.now() - DAY_MS
      if (origin.kind === 'invoice' || payment === undefined || seen.has(payment) || isOld) return
      const theirs = await ports.provider.payment(payment)
      if (theirs?.status !== 'succeeded')
        ports.report({ account, topUp: id, payment, detail: 'it was credited, and the provider has no such payment' })
    },
  }
}
