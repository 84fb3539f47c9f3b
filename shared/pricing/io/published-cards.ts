import type { Instant } from '../../time/instant.ts'
import type { Catalogue } from '../cards/catalogue.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type RatesTable, readCatalogue } from './rates-table.ts'

/** The published rate cards; a card that was read once stays warm, since none ever changes. */
export interface PublishedCards {
  /** With what was withdrawn. */
  readonly catalogue: (now: Instant) => Promise<Catalogue>
  /** All of them, as of now. */
  readonly all: (now: Instant) => Promise<readonly RateCard[]>
  readonly version: (version: number, now: Instant) => Promise<RateCard | undefined>
}

export function publishedCards(table: RatesTable): PublishedCards {
  let known: Catalogue | undefined
  const catalogue = async (now: Instant): Promise<Catalogue> => {
    known = await readCatalogue(table, now, known)
    return known
  }
  const all = async (now: Instant): Promise<readonly RateCard[]> => (await catalogue(now)).cards
  const of = (cards: readonly RateCard[], version: number) => cards.find((card) => card.version === version)
  return {
    catalogue,
    all,
    version: async (version, now) => of(known?.cards ?? [], version) ?? of(await all(now), version),
  }
}
