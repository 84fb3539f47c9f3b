import { Problem } from '../../errors/problems.ts'
import type { Instant } from '../../time/instant.ts'
import { type Catalogue, noCatalogue, type Withdrawal } from '../cards/catalogue.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type RatesTable, readCatalogue } from './rates-table.ts'

/** A published version, and its withdrawal if there was one. */
export interface PublishedVersion {
  readonly card: RateCard
  readonly withdrawal?: Withdrawal
}

/** The published rate cards, as of each call; a card that was read once stays in memory, since none ever changes. */
export class PublishedCards {
  readonly #table: RatesTable
  #known: Catalogue = noCatalogue

  constructor(table: RatesTable) {
    this.#table = table
  }

  /** All versions, with those withdrawn. */
  async catalogue(now: Instant): Promise<Catalogue> {
    this.#known = await readCatalogue(this.#table, now, this.#known)
    return this.#known
  }

  /** All cards, without those withdrawn. */
  async all(now: Instant): Promise<readonly RateCard[]> {
    return (await this.catalogue(now)).cards
  }

  /** A card by its version; withdrawn ones are not found. Reads only where the version is not in memory. */
  async version(version: number, now: Instant): Promise<RateCard | undefined> {
    const of = (cards: readonly RateCard[]) => cards.find((card) => card.version === version)
    return of(this.#known.cards) ?? of(await this.all(now))
  }

  /** Every version, oldest first. */
  async versions(now: Instant): Promise<readonly PublishedVersion[]> {
    const { cards, withdrawn } = await this.catalogue(now)
    const all: readonly PublishedVersion[] = [...cards.map((card) => ({ card })), ...withdrawn]
    return all.toSorted((a, b) => a.card.version - b.card.version)
  }

  /** One version, also a withdrawn one. @throws Problem when there is none */
  async find(version: number | string, now: Instant): Promise<PublishedVersion> {
    const found = (await this.versions(now)).find(({ card }) => card.version === Number(version))
    if (found !== undefined) return found
    throw new Problem('rate-card.not-found', `there is no version ${version}; GET /v1/rate-cards lists them`)
  }
}
