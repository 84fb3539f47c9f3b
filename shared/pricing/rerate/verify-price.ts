import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import type { Finding } from '../../ledger/verify/verify-finding.ts'
import { plain } from '../../money/exact.ts'
import { instantText } from '../../time/instant.ts'
import { cardInForce, isDatedBack } from '../cards/catalogue.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { missingText } from '../charge/missing-price.ts'
import { type Priced, priceByCard, priceUsage } from '../charge/price-usage.ts'

/**
 * Prices a charge again, to the last digit: by the version it names, and by the one in force at its time.
 *
 * The two may differ: a card that starts in the past changes no price. What the charge cost may not.
 */
export function findingsOfPrice(
  account: string,
  charge: ChargeEntry,
  entry: number,
  cards: readonly RateCard[],
): readonly Finding[] {
  const { rateCard: version, credits } = charge
  const usage = { ...charge, account }
  const found = `${plain(credits)} credits by version ${version}`
  const card = cards.find((one) => one.version === version)
  if (card === undefined) {
    return [{ check: 'price', entry, expected: `one of ${cards.length} published versions`, found }]
  }
  const again = priceByCard(usage, card)
  if (again.kind !== 'priced' || !again.total.eq(credits)) {
    return [{ check: 'price', entry, expected: priceText(again, charge), found }]
  }
  if (cardInForce(cards, charge.time) === card && !isDatedBack(card, charge.time)) return []
  const inForce = priceUsage(usage, cards)
  if (inForce.kind === 'priced' && inForce.total.eq(credits)) return []
  const expected = `${priceText(inForce, charge)}, the prices in force at ${instantText(charge.time)}`
  return [{ check: 'rate card', entry, expected, found }]
}

function priceText(priced: Priced, { service }: ChargeEntry): string {
  switch (priced.kind) {
    case 'priced':
      return `${plain(priced.total)} credits by version ${priced.rateCard}`
    case 'unpriced':
      return `no charge: ${missingText(priced.missing, service)}`
    case 'out-of-range':
      return 'no charge: more than one event may cost'
  }
}
