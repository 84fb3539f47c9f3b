import type { PaymentReversalEntry, TopUpEntry } from '../ledger/entries/top-up.ts'
import { type Euros, euros } from '../money/amounts.ts'
import type { Payment, Taking } from '../payments/payment.ts'

/** An entry of a log about money of the provider's. */
export type PaidEntry = { readonly account: string; readonly page: number } & (TopUpEntry | PaymentReversalEntry)

const disagreements = [
  'not-credited',
  'no-payment',
  'credited-twice',
  'other-account',
  'other-amount',
  'other-currency',
  'not-taken-back',
  'no-taking',
] as const

/** Where the provider and the logs do not agree. */
export interface Disagreement {
  readonly kind: (typeof disagreements)[number]
  readonly account: string
  readonly topUp: string
  readonly payment: string
  readonly detail: string
}

/** Captured payments by id, with their takings. */
export type Captured = ReadonlyMap<string, Payment>

/**
 * Holds every captured payment against every entry of the logs that names one (reliability, T3).
 *
 * A disagreement of something that happens at this moment is one as well: it is gone a moment later.
 */
export function disagreementsOf(captured: Captured, entries: readonly PaidEntry[]): readonly Disagreement[] {
  const credits = entries.filter((entry) => entry.kind === 'top-up')
  const reversals = entries.filter((entry) => entry.kind === 'payment-reversal')
  const byPayment = Map.groupBy(credits, ({ payment }) => payment)
  const takenBack = new Set(reversals.map(({ payment, taking }) => `${payment} ${taking}`))
  const taken = new Set([...captured.values()].flatMap(({ id, takings }) => takings.map((one) => `${id} ${one.id}`)))

  return [
    ...[...captured.values()].flatMap((payment) => ofPayment(payment, byPayment.get(payment.id) ?? [], takenBack)),
    ...credits
      .filter(({ payment }) => !captured.has(payment))
      .map((entry) =>
        disagreement('no-payment', entry, `page ${entry.page} credits it, and the provider captured none`),
      ),
    ...reversals
      .filter(({ payment, taking }) => !taken.has(`${payment} ${taking}`))
      .map((entry) =>
        disagreement(
          'no-taking',
          entry,
          `page ${entry.page} takes back for ${entry.taking}, which the provider does not know`,
        ),
      ),
  ]
}

function ofPayment(
  payment: Payment,
  credits: readonly (PaidEntry & TopUpEntry)[],
  takenBack: ReadonlySet<string>,
): readonly Disagreement[] {
  const { id, account, topUp, amount, currency, takings } = payment
  const found = (kind: Disagreement['kind'], detail: string): Disagreement => ({
    kind,
    account,
    topUp,
    payment: id,
    detail,
  })
  const [credit] = credits
  if (credit === undefined) return [found('not-credited', `${euro(amount)} were captured, and no log has them`)]
  return [
    ...(credits.length === 1 ? [] : [found('credited-twice', `pages ${credits.map(({ page }) => page).join(', ')}`)]),
    ...(credit.account === account ? [] : [found('other-account', `it stands in the log of ${credit.account}`)]),
    ...(credit.paid.eq(amount)
      ? []
      : [found('other-amount', `${euro(amount)} were captured, the log has ${euro(credit.paid)}`)]),
    ...(currency === 'EUR' ? [] : [found('other-currency', `it is in ${currency}`)]),
    ...takings
      .filter((taking) => !takenBack.has(`${id} ${taking.id}`))
      .map((taking) => found('not-taken-back', `${taking.cause} ${taking.id} of ${euro(taking.amount)} is in no log`)),
  ]
}

const disagreement = (
  kind: Disagreement['kind'],
  { account, key, payment }: PaidEntry,
  detail: string,
): Disagreement => ({ kind, account, topUp: key, payment, detail })

const euro = (amount: Euros): string => `${amount.toFixed(2)} €`

/** The provider's payments and the entries of the logs, held against each other. */
export interface Compared {
  readonly captured: Captured
  readonly entries: readonly PaidEntry[]
  readonly found: readonly Disagreement[]
}

/** What was held against each other, counted and added up; amounts in euros. */
export interface ReconciliationSums {
  readonly payments: number
  readonly captured: string
  readonly refunds: number
  readonly refunded: string
  readonly refundsFailed: number
  readonly disputes: number
  readonly disputed: string
  readonly disputesWon: number
  readonly credits: number
  readonly credited: string
  /** Entries of the logs for refunds and disputes, and for those of which the money came again. */
  readonly reversals: number
  readonly disagreements: number
}

/** Counts and adds up. */
export function reconciliationSums({ captured, entries, found }: Compared): ReconciliationSums {
  const payments = [...captured.values()]
  const takings = payments.flatMap((payment) => payment.takings)
  const of = (cause: Taking['cause']) => takings.filter((taking) => taking.cause === cause)
  const [refunds, disputes] = [of('refund'), of('dispute')]
  return {
    payments: payments.length,
    captured: sumText(payments.map(({ amount }) => amount)),
    refunds: refunds.length,
    refunded: sumText(refunds.map(({ amount }) => amount)),
    refundsFailed: of('refund-failed').length,
    disputes: disputes.length,
    disputed: sumText(disputes.map(({ amount }) => amount)),
    disputesWon: of('dispute-won').length,
    credits: entries.filter(({ kind }) => kind === 'top-up').length,
    credited: sumText(entries.flatMap((entry) => (entry.kind === 'top-up' ? [entry.paid] : []))),
    reversals: entries.filter(({ kind }) => kind === 'payment-reversal').length,
    disagreements: found.length,
  }
}

const sumText = (amounts: readonly Euros[]): string =>
  amounts.reduce((sum, amount) => sum.plus(amount) as Euros, euros('0')).toFixed(2)
