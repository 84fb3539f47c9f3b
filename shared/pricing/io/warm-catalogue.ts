import { type Fault, GroschenError } from '../../errors/groschen-error.ts'
import type { Instant } from '../../time/instant.ts'
import { type Catalogue, isFreshFor } from '../cards/catalogue.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type RatesTable, readCatalogue } from './rates-table.ts'

/** An event's time is so far ahead that a price could change before it. It goes back to the queue. */
export class RatesNotFresh extends GroschenError {
  readonly code = 'rates.not-fresh'
  readonly fault: Fault = 'retry'
  constructor(time: Instant) {
    super(`the rate cards fetched now can't price time ${time} yet; the event goes back`)
  }
}

/** The rate cards a process keeps warm. */
export interface WarmCatalogue {
  /**
   * All cards, known well enough to price that time.
   *
   * @param since what was fetched before is fetched again: asked for before an event is parked
   * @throws RatesNotFresh
   */
  readonly cardsFor: (time: Instant, since?: Instant) => Promise<readonly RateCard[]>
  /** All that was published, as of now. */
  readonly current: () => Promise<Catalogue>
}

export function warmCatalogue(table: RatesTable, now: () => Instant): WarmCatalogue {
  let known: Catalogue | undefined
  let fetching: Promise<Catalogue> | undefined

  const fetch = async (): Promise<Catalogue> => {
    fetching ??= readCatalogue(table, now(), known).finally(() => {
      fetching = undefined
    })
    known = await fetching
    return known
  }

  const cardsFor = async (time: Instant, since: Instant = 0): Promise<readonly RateCard[]> => {
    if (known !== undefined && isFreshFor(known, time) && known.fetchedAt >= since) return known.cards
    const fetched = await fetch()
    if (!isFreshFor(fetched, time)) throw new RatesNotFresh(time)
    return fetched.cards
  }
  return { cardsFor, current: fetch }
}
