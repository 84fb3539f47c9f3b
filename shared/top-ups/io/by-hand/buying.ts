import type { TopUpClients } from '../top-up-ports.ts'
import type { TopUpQueue } from '../top-up-queue.ts'

/** Who buys credits by hand, and by which clients. */
export interface Buying {
  readonly services: Omit<TopUpClients, 'bus'> & { readonly topUpQueue: TopUpQueue }
  readonly tools: { readonly now: () => number; readonly remainingMs: () => number }
  readonly caller: { readonly subject: string }
}
