import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Card, Customer, Dispute, Intent, KeptAnswer, PendingEvent, Refund, Session } from './objects.ts'

/** All that the payment server remembers. */
export interface PaymentState {
  customers: Record<string, Customer>
  /** Ids of customers that were deleted. */
  deleted: Record<string, true>
  cards: Record<string, Card>
  intents: Record<string, Intent>
  sessions: Record<string, Session>
  refunds: Record<string, Refund>
  disputes: Record<string, Dispute>
  keys: Record<string, KeptAnswer>
  /** Not delivered yet. */
  events: PendingEvent[]
  serial: number
}

const EMPTY = (): PaymentState => ({
  customers: {},
  deleted: {},
  cards: {},
  intents: {},
  sessions: {},
  refunds: {},
  disputes: {},
  keys: {},
  events: [],
  serial: 0,
})

/** The state kept in a folder: written whole at each change, so that a kill loses nothing that was answered. */
export class KeptState {
  readonly state: PaymentState
  readonly #path: string
  #isClosed = false

  constructor(directory: string) {
    const folder = join(directory, 'payments')
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, 'state.json')
    this.state = read(this.#path)
  }

  save(): void {
    if (this.#isClosed) return
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.state), { mode: 0o600 })
    renameSync(`${this.#path}.new`, this.#path)
  }

  /** From now on nothing is kept: the folder may go. */
  close(): void {
    this.#isClosed = true
  }
}

function read(path: string): PaymentState {
  try {
    return { ...EMPTY(), ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<PaymentState>) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY()
    throw error
  }
}
