import { amountText, type Credits, credits, minus, noCredits, plus } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import { atOnce } from '../../../../shared/time/at-once.ts'
import { accountSchema, idSchema } from '../../../../shared/usage/text.ts'
import { identityText, type OutgoingEvent } from '../events/outgoing-event.ts'
import { Failure } from '../failure.ts'
import type { BalanceAnswer, ChargeAnswer, EntryAnswer } from './api-answers.ts'
import type { ApiClient } from './api-client.ts'

/** The charges that the API shows, as far as they were read. */
export interface ChargeBook {
  /** Credits by identity. */
  readonly charges: ReadonlyMap<string, string>
  /** Reads what is new. */
  readonly readOn: () => Promise<void>
}

const ENTRIES_A_REQUEST = 1000

/** A whole account: every entry of its log, in order; none while the account is not open. */
export class AccountBook implements ChargeBook {
  readonly charges = new Map<string, string>()
  readonly entries: EntryAnswer[] = []
  readonly #api: ApiClient
  readonly #account: string
  /** The cursor of the last answer that had no next. */
  #after = ''
  /** How many entries of that answer are known: the log only grows behind it. */
  #known = 0

  constructor(api: ApiClient, account: string) {
    this.#api = api
    this.#account = account
  }

  async readOn(): Promise<void> {
    for (;;) {
      const path = `/v1/accounts/${this.#account}/entries?limit=${ENTRIES_A_REQUEST}${this.#after}`
      const answer = await this.#api.find<{ entries: readonly EntryAnswer[]; next?: string }>(path)
      if (answer === undefined) return
      for (const entry of answer.entries.slice(this.#known)) {
        this.entries.push(entry)
        if (entry.kind === 'charge') this.charges.set(identityText(entry), entry.amount.credits)
      }
      this.#known = answer.entries.length
      if (answer.next === undefined) return
      this.#after = `&after=${encodeURIComponent(answer.next)}`
      this.#known = 0
    }
  }

  /**
   * Adds up every entry up to the page of the balance that the API gives; they are equal to the last digit.
   *
   * @throws Failure when they differ
   */
  async checkBalance(): Promise<BalanceAnswer> {
    const answer = await this.#api.get<BalanceAnswer>(`/v1/accounts/${this.#account}/balance`)
    await this.readOn()
    const balance = this.entries.filter(({ page }) => page <= answer.seq).reduce(balanceAfter, noCredits)
    if (plain(balance) === answer.balance.credits) return answer
    throw new Failure(
      `the balance of ${this.#account} is ${answer.balance.eur} €, but grants minus charges are ${amountText(balance).eur} €`,
    )
  }
}

function balanceAfter(balance: Credits, entry: EntryAnswer): Credits {
  if (!('amount' in entry)) return balance
  const amount = credits(entry.amount.credits)
  return entry.kind === 'charge' ? minus(balance, amount) : plus(balance, amount)
}

/** The accounts of some events, each whole. */
export function bookOfAccounts(api: ApiClient, events: readonly OutgoingEvent[]): ChargeBook {
  const accounts = new Set(events.map(({ account }) => account).filter(isAccount))
  const books = [...accounts].map((account) => new AccountBook(api, account))
  const charges = new Map<string, string>()
  const readOn = async (): Promise<void> => {
    for (const book of books) {
      await book.readOn()
      for (const [identity, amount] of book.charges) charges.set(identity, amount)
    }
  }
  return { charges, readOn }
}

const LOOKUPS_AT_ONCE = 8

/** A few events, each looked up by its identity: the rest of their accounts' logs is not read. */
export function bookOfEvents(api: ApiClient, events: readonly OutgoingEvent[]): ChargeBook {
  const charges = new Map<string, string>()
  const lookUp = async (event: OutgoingEvent): Promise<void> => {
    const charge = await findCharge<ChargeAnswer>(api, event)
    if (charge !== undefined) charges.set(identityText(event), charge.amount.credits)
  }
  const readOn = async (): Promise<void> => {
    const unknown = events.filter((event) => !charges.has(identityText(event)))
    await atOnce(LOOKUPS_AT_ONCE, unknown, lookUp)
  }
  return { charges, readOn }
}

/** The charge of an event; `undefined` where there is none, or can be none with such an account, source or id. */
export async function findCharge<T extends ChargeAnswer>(
  api: ApiClient,
  { account, source, id }: OutgoingEvent,
): Promise<T | undefined> {
  if (!isAccount(account) || !isId(source) || !isId(id)) return undefined
  return await api.find<T>(`/v1/accounts/${account}/charges?${new URLSearchParams({ source, id })}`)
}

const isAccount = (value: string | undefined): value is string => accountSchema.safeParse(value).success
const isId = (value: string | undefined): value is string => idSchema.safeParse(value).success
