import { setTimeout as wait } from 'node:timers/promises'
import { type LogTable, readPages } from '../../../ledger/io/log-table.ts'
import type { Payment } from '../../../payments/payment.ts'
import type { PaymentProvider } from '../../../payments/provider.ts'
import type { Instant } from '../../../time/instant.ts'
import { type Compared, type Disagreement, disagreementsOf, type PaidEntry } from '../../reconciliation.ts'
import { hintTopUp, type TopUpQueue } from '../top-up-queue.ts'

/** Function top-up works its queue off within seconds. */
const MENDING_MS = 20_000
const POLL_MS = 500
const PAGES_AT_ONCE = 200

export interface Everything {
  readonly provider: PaymentProvider
  readonly log: LogTable
  /** Every account that there is. */
  readonly accounts: () => Promise<readonly string[]>
  readonly now: () => Instant
}

/** Holds all captured payments of the provider against all logs, from the first day on. */
export async function compareEverything(everything: Everything): Promise<Compared> {
  const { provider, now } = everything
  // The logs after the provider: what is credited meanwhile was captured before.
  const captured = new Map<string, Payment>()
  for await (const payment of provider.paymentsBetween(0, now()))
    if (payment.status === 'succeeded') captured.set(payment.id, payment)
  const entries = await paidEntries(everything)
  // What was captured since the list was made, and refunds that failed, which a list does not show.
  for (const entry of entries)
    if (!isShown(captured, entry)) {
      const late = await provider.payment(entry.payment)
      if (late?.status === 'succeeded') captured.set(entry.payment, late)
    }
  return { captured, entries, found: disagreementsOf(captured, entries) }
}

/** Every entry of every log that a payment of the provider is behind; invoices have none. */
async function paidEntries({ provider, log, accounts }: Everything): Promise<readonly PaidEntry[]> {
  const found: PaidEntry[] = []
  for (const account of await accounts()) {
    for (let from = 1; ; from += PAGES_AT_ONCE) {
      const pages = await readPages(log, account, { from, to: from + PAGES_AT_ONCE - 1 })
      for (const { header, entries } of pages)
        for (const entry of entries)
          if ((entry.kind === 'top-up' || entry.kind === 'payment-reversal') && entry.provider === provider.name)
            found.push({ ...entry, account, page: header.seq })
      if (pages.length === 0) break
    }
  }
  return found
}

const isShown = (captured: ReadonlyMap<string, Payment>, entry: PaidEntry): boolean =>
  entry.kind === 'top-up'
    ? captured.has(entry.payment)
    : (captured.get(entry.payment)?.takings.some(({ id }) => id === entry.taking) ?? false)

/** Tells function top-up of each payment that a log lacks something of, and compares again until it is there, or for 20 s. */
export async function mendMissing(queue: TopUpQueue, everything: Everything, before: Compared): Promise<Compared> {
  const isMissing = ({ kind }: Disagreement): boolean => kind === 'not-credited' || kind === 'not-taken-back'
  for (const payment of new Set(before.found.filter(isMissing).map((one) => one.payment)))
    await hintTopUp(queue, { payment })
  for (const until = everything.now() + MENDING_MS; ; await wait(POLL_MS)) {
    const compared = await compareEverything(everything)
    if (everything.now() > until || !compared.found.some(isMissing)) return compared
  }
}
