import { accountSchema, idSchema } from '../../../../shared/usage/text.ts'
import { identityText, type OutgoingEvent } from '../events/outgoing-event.ts'
import type { ChargeAnswer, EntryAnswer } from './api-answers.ts'
import type { ApiClient } from './api-client.ts'
import { logFollower } from './log-follower.ts'

/** The charges that stand in a log, as far as they were read. */
export interface ChargeBook {
  /** Credits by identity. */
  readonly charges: ReadonlyMap<string, string>
  /** Reads what is new. */
  readonly readOn: () => Promise<void>
}

/** A whole account: every entry of its log, in order. */
export interface AccountBook extends ChargeBook {
  readonly entries: () => readonly EntryAnswer[]
}

export function bookOfAccount(api: ApiClient, account: string): AccountBook {
  const follower = logFollower(api, account)
  const charges = new Map<string, string>()
  const entries: EntryAnswer[] = []

  const readOn = async (): Promise<void> => {
    for (const entry of await follower.readOn()) {
      entries.push(entry)
      if (entry.kind === 'charge') charges.set(identityText(entry), entry.amount.credits)
    }
  }
  return { charges, readOn, entries: () => entries }
}

/** The accounts of some events, each whole. */
export function bookOfAccounts(api: ApiClient, events: readonly OutgoingEvent[]): ChargeBook {
  const accounts = new Set(events.map(({ account }) => account).filter(isAccount))
  const books = [...accounts].map((account) => bookOfAccount(api, account))
  const charges = new Map<string, string>()
  const readOn = async (): Promise<void> => {
    for (const book of books) {
      await book.readOn()
      for (const [identity, credits] of book.charges) charges.set(identity, credits)
    }
  }
  return { charges, readOn }
}

const LOOKUPS_AT_ONCE = 8

/** A few events, each looked up by its identity: for accounts whose whole log is nobody's business here. */
export function bookOfEvents(api: ApiClient, events: readonly OutgoingEvent[]): ChargeBook {
  const charges = new Map<string, string>()
  const readOn = async (): Promise<void> => {
    const unknown = events.filter((event) => !charges.has(identityText(event)))
    const lookUpNext = async (): Promise<void> => {
      for (let event = unknown.pop(); event !== undefined; event = unknown.pop()) {
        const charge = await findCharge<ChargeAnswer>(api, event)
        if (charge !== undefined) charges.set(identityText(event), charge.amount.credits)
      }
    }
    await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, lookUpNext))
  }
  return { charges, readOn }
}

/** The charge of an event; `undefined` where there is none, or can be none with such an account, source or id. */
export async function findCharge<T extends ChargeAnswer>(
  api: ApiClient,
  { account, source, id }: Pick<OutgoingEvent, 'account' | 'source' | 'id'>,
): Promise<T | undefined> {
  if (!isAccount(account) || !isId(source) || !isId(id)) return undefined
  return await api.find<T>(`/v1/accounts/${account}/charges?${new URLSearchParams({ source, id })}`)
}

const isAccount = (value: string | undefined): value is string => accountSchema.safeParse(value).success
const isId = (value: string | undefined): value is string => idSchema.safeParse(value).success
