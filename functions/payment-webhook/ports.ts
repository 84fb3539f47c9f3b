import type { PaymentWebhookSecret } from '../../shared/payments/io/payment-secret.ts'
import type { PaymentEventsTable } from '../../shared/top-ups/io/payment-events-table.ts'
import type { TopUpQueue } from '../../shared/top-ups/io/top-up-queue.ts'

/** What payment-webhook reaches out by. */
export interface Ports {
  readonly secret: () => Promise<PaymentWebhookSecret>
  readonly queue: TopUpQueue
  readonly events: PaymentEventsTable
}
