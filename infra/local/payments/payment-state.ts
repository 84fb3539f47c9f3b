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

export interface KeptState {
  readonly state: PaymentState
  readonly save: () => void
  /** From now on nothing is kept: the folder may go. */
  readonly close: () => void
}

/** What was kept in the folder, and how to keep it: whole at each change, so that a kill loses nothing that was answered. */
export function openState(directory: string): KeptState {
  const folder = join(directory, 'payments')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'state.json')
  const state = read(path)
  let isClosed = false
  const save = (): void => {
    if (isClosed) return
    writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  const close = (): void => {
    isClosed = true
  }
  return { state, save, close }
}

function read(path: string): PaymentState {
  try {
    return { ...EMPTY(), ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<PaymentState>) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY()
    throw error
  }
}
