import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import type { ReratingEntry } from '../../ledger/entries/credit.ts'
import type { Finding } from '../../ledger/verify/finding.ts'
import { type Credits, minus } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import { instantText } from '../../time/instant.ts'
import { cardInForce, isDatedBack } from '../cards/catalogue.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { missingText } from '../charge/missing-price.ts'
import { type Priced, priceByCard, priceUsage } from '../charge/price-usage.ts'

/**
 * Prices a charge again, to the last digit: by the version it names, and by the one in force at its time.
 *
 * The version may differ, since a card that starts in the past changes no price. The cost may not differ.
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

/** A re-rating, and where it stands. */
export interface PlacedRerating {
  readonly entry: ReratingEntry
  readonly seq: number
  /** From 0 within the page. */
  readonly position: number
}

/** The faults of re-ratings, by page. */
export type ReratingFinding = readonly [seq: number, finding: Finding]

/**
 * Checks all re-ratings of one charge against it: numbered from 1 without a gap, each with the charge's own fields, and each gives
 * back exactly the cost so far minus the cost by its version.
 *
 * @param charge `undefined`: the log has none with this source and id
 */
export function findingsOfReratings(
  account: string,
  charge: ChargeEntry | undefined,
  reratings: readonly PlacedRerating[],
  cards: readonly RateCard[],
): readonly ReratingFinding[] {
  const findings: ReratingFinding[] = []
  let cost: Credits | undefined = charge?.credits
  let last = 0
  for (const { entry, seq, position } of [...reratings].sort((a, b) => a.entry.nth - b.entry.nth)) {
    const tell = (expected: string, found: string): void => {
      findings.push([seq, { check: 're-rating', entry: position, expected, found }])
    }
    const name = `${entry.of.source} ${entry.of.id}`
    if (charge === undefined || cost === undefined) {
      tell(`a charge ${name} in this log`, 'none')
      continue
    }
    if (entry.nth !== last + 1) tell(`re-rating ${last + 1} of ${name}`, `re-rating ${entry.nth}`)
    last = entry.nth
    const [said, is] = [usageText(entry), usageText(charge)]
    if (said !== is) tell(is, said)
    const after = costBy(account, charge, entry.rateCard, cards)
    if (typeof after === 'string') {
      tell(`a version with a price for ${name}`, after)
      // From here on, only the entry says what it costs.
      cost = minus(cost, entry.credits)
      continue
    }
    const credits = minus(cost, after)
    if (!credits.eq(entry.credits))
      tell(
        `${plain(credits)} credits: ${plain(cost)} before, ${plain(after)} by version ${entry.rateCard}`,
        plain(entry.credits),
      )
    cost = minus(cost, entry.credits)
  }
  return findings
}

/** Or why there is no price. */
function costBy(account: string, charge: ChargeEntry, version: number, cards: readonly RateCard[]): Credits | string {
  const card = cards.find((one) => one.version === version)
  if (card === undefined) return `version ${version}, of ${cards.length} published`
  const priced = priceByCard({ ...charge, account }, card)
  return priced.kind === 'priced' ? priced.total : `version ${version}, which has none`
}

const usageText = ({ time, user, group, category, service }: Omit<ReratingEntry, 'kind'> | ChargeEntry): string =>
  `${service}, ${category}, by ${user}${group === undefined ? '' : ` of ${group}`}, ${instantText(time)}`
