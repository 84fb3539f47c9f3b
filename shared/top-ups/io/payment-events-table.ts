import type { Table } from '../../aws/table.ts'
import { DAY_MS, type Instant, SECOND_MS } from '../../time/instant.ts'

/** The provider's messages that were passed on: it sends each several times. Forgetting one costs a look, nothing else. */
export type PaymentEventsTable = Table

/** Stripe sends again for three days. */
const KEPT_MS = 7 * DAY_MS

/** Whether a message was passed on before. */
export const isKnownEvent = async (table: PaymentEventsTable, event: string): Promise<boolean> =>
  (await table.get({ event })) !== undefined

/** Keeps that a message was passed on. */
export const rememberEvent = (table: PaymentEventsTable, event: string, now: Instant): Promise<void> =>
  table.put({ event, expires_at: Math.ceil((now + KEPT_MS) / SECOND_MS) })
