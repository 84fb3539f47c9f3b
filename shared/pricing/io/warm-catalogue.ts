import { type Fault, GroschenError } from '../../errors/groschen-error.ts'
import type { Instant } from '../../time/instant.ts'
import { type Catalogue, cardInForce, isFreshFor } from '../cards/catalogue.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type RatesTable, readCatalogue } from './rates-table.ts'

/** An event's time is so far ahead that a price could change before it. The event goes back to the queue. */
export class RatesNotFresh extends GroschenError {
  readonly code = 'rates.not-fresh'
  readonly fault: Fault = 'retry'
  constructor(time: Instant) {
    super(`the rate cards fetched now can't price time ${time} yet; the event goes back`)
  }
}

/** The rate cards that a process keeps in memory. */
export class WarmCatalogue {
  readonly #table: RatesTable
  readonly #now: () => Instant
  #known: Catalogue | undefined
  #fetching: Promise<Catalogue> | undefined

  constructor(table: RatesTable, now: () => Instant) {
    this.#table = table
    this.#now = now
  }

  /**
   * All cards, known well enough to price that time.
   *
   * @param since cards that were fetched before it are fetched again: say it before an event is parked
   * @throws RatesNotFresh
   */
  async cardsFor(time: Instant, since: Instant = 0): Promise<readonly RateCard[]> {
    const known = this.#known
    if (known !== undefined && isFreshFor(known, time) && known.fetchedAt >= since) return known.cards
    const fetched = await this.current()
    if (!isFreshFor(fetched, time)) throw new RatesNotFresh(time)
    return fetched.cards
  }

  /** The card in force at a time; `undefined`: none is. @throws RatesNotFresh */
  async cardAt(time: Instant): Promise<RateCard | undefined> {
    return cardInForce(await this.cardsFor(time), time)
  }

  /** All that was published, as of now. Calls at the same time share one fetch. */
  async current(): Promise<Catalogue> {
    this.#fetching ??= readCatalogue(this.#table, this.#now(), this.#known).finally(() => {
      this.#fetching = undefined
    })
    this.#known = await this.#fetching
    return this.#known
  }
}

/** `; did you mean "openai/gpt-4o"?` for a service that no rate in force names; `''` for any other. */
export type MeantService = (service: string, account: string | undefined) => string

/** Finds names near wrong ones; each is looked up once, since thousands of events may wait for the same service. */
export async function meantServices(catalogue: WarmCatalogue, now: Instant): Promise<MeantService> {
  const card = await catalogue.cardAt(now)
  const known = new Map<string, string>()
  return (service, account) => {
    if (card === undefined || card.knows(service)) return ''
    const key = JSON.stringify([service, account])
    const meant = known.get(key) ?? card.meant(service, account)
    known.set(key, meant)
    return meant
  }
}
