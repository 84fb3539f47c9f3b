import type { PaymentReversalEntry, TopUpEntry } from '../ledger/entries/top-up.ts'
import type { Euros } from '../money/amounts.ts'
import type { Payment } from '../payments/payment.ts'

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

/** Captured payments by id, with what was taken back of them. */
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
