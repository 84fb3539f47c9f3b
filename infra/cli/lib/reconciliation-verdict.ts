import { type Euros, euros } from '../../../shared/money/amounts.ts'
import type { Payment, Taking } from '../../../shared/payments/payment.ts'
import type { Disagreement, PaidEntry } from '../../../shared/top-ups/reconciliation.ts'
import { counted } from './table.ts'

/** The provider's payments and the entries of the logs, held against each other. */
export interface Compared {
  readonly captured: ReadonlyMap<string, Payment>
  readonly entries: readonly PaidEntry[]
  readonly found: readonly Disagreement[]
}

/** The sums of it; amounts in euros. */
export interface ReconciliationVerdict {
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
export function verdictOf({ captured, entries, found }: Compared): ReconciliationVerdict {
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

/** The sums in one sentence; amounts in euros. */
export function verdictSentence(verdict: ReconciliationVerdict): string {
  const { captured, refunded, disputed, credited } = verdict
  const theirs = [
    `${counted(verdict.payments, 'payment')} captured, ${captured} €`,
    `${counted(verdict.refunds, 'refund')}, ${refunded} €, ${verdict.refundsFailed} failed`,
    `${counted(verdict.disputes, 'dispute')}, ${disputed} €, ${verdict.disputesWon} won`,
  ]
  const ours = `${counted(verdict.credits, 'payment')} credited in the logs, ${credited} €, ${counted(verdict.reversals, 'reversal')}`
  const end = verdict.disagreements === 0 ? 'they agree' : counted(verdict.disagreements, 'disagreement')
  return `${[...theirs, ours, end].join('; ')}.`
}

const sumText = (amounts: readonly Euros[]): string =>
  amounts.reduce((sum, amount) => sum.plus(amount) as Euros, euros('0')).toFixed(2)
