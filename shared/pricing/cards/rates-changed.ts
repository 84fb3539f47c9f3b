import { type DomainEvent, domainEvent } from '../../events/domain-event.ts'
import { instantText } from '../../time/instant.ts'
import { type Catalogue, cardInForce } from './catalogue.ts'
import { priceChanges } from './price-changes.ts'
import type { RateCard } from './rate-card.ts'

/** What others get to hear of versions after `announced`, up to the latest, in their order. */
export function ratesChangedEvents(
  { cards, withdrawn, latest }: Pick<Catalogue, 'cards' | 'withdrawn' | 'latest'>,
  announced: number,
): readonly DomainEvent[] {
  const all = [...cards, ...withdrawn.map(({ card }) => card)]
  const events: DomainEvent[] = []
  for (let version = announced + 1; version <= latest; version += 1) {
    const card = all.find((one) => one.version === version)
    const taken = withdrawn.find(({ withdrawal }) => withdrawal.version === version)
    if (card !== undefined) events.push(publishedEvent(card, all))
    else if (taken !== undefined) {
      const { of, at, reason } = taken.withdrawal
      const data = { kind: 'withdrawn', version, of, reason, effectiveFrom: instantText(taken.card.effectiveFrom) }
      events.push(ratesChanged(version, at, data))
    }
  }
  return events
}

function publishedEvent(card: RateCard, all: readonly RateCard[]): DomainEvent {
  const { version, effectiveFrom, publishedAt, hash, note } = card
  const before = cardInForce(
    all.filter((one) => one.version < version),
    effectiveFrom,
  )
  const changes = priceChanges(before, card)
  const fresh = changes.filter((change) => change.before === undefined).length
  const gone = changes.filter((change) => change.after === undefined).length
  return ratesChanged(version, publishedAt, {
    kind: 'published',
    version,
    effectiveFrom: instantText(effectiveFrom),
    hash,
    note,
    changes: { new: fresh, changed: changes.length - fresh - gone, gone },
  })
}

const ratesChanged = (version: number, at: number, data: object): DomainEvent =>
  domainEvent('groschen.rates.changed', { id: `rates#${version}`, subject: `rate-cards/${version}`, at, data })
