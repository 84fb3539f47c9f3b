import type { ApiAnswer } from '../product/product.ts'
import type { Table } from '../services/tables.ts'
import type { GrantRequest } from '../traffic/plan.ts'
import { amount, amountText } from './amount.ts'
import type { Report } from './findings.ts'
import { chargeKey, identityText, type Knowledge, variantKey } from './knowledge.ts'
import type { Ledger } from './ledger.ts'
import { costAt, costOf, variantText } from './price.ts'
import { listedEvents, lyingEvents } from './shelves.ts'

/** Nothing is lost: each event that was sent is charged, as it was sent, or held. */
export function judgeEvents(knowledge: Knowledge, ledger: Ledger, held: Table, report: Report): void {
  const shelved = listedEvents(held, knowledge)
  for (const [text, variant] of knowledge.texts) {
    if (variant === undefined) {
      if (!shelved.has(text)) report('safety', 'what is no event is held', text.slice(0, 300))
      continue
    }
    const charged = ledger.charged.get(identityText(variant))
    const isCharged = charged !== undefined && chargeKey(charged.account, charged.charge) === variantKey(variant)
    if (isCharged || shelved.has(variantKey(variant))) continue
    const what = charged === undefined ? 'not charged' : 'another variant is charged'
    report('safety', 'no event is lost', `${identityText(variant)}, ${what}: ${text}`)
  }
}

/** What is due takes a schedule of some minutes. */
const DUE_WITHIN_MS = 30 * 60_000
const TOLERANCE_MS = 5 * 60_000

/**
 * What has a price by now is charged by itself, as is what is due; and all that is right by now does not stay in quarantine, since
 * that was redriven last of all where an operator decides anything.
 */
export function judgeHeld(knowledge: Knowledge, ledger: Ledger, held: Table, now: number, report: Report): void {
  for (const { shelf, variant } of lyingEvents(held, knowledge)) {
    if (variant === undefined) continue
    const usage = { ...variant, variant: variantText(variant.variant) }
    const hasPrice = costAt(usage, knowledge.cards, variant.time) !== undefined
    const newest = Math.max(variant.time, variant.boundAt ?? 0)
    const what = identityText(variant)
    if (shelf === 'parked' && hasPrice) report('safety', 'what has a price does not stay parked', what)
    if (shelf === 'ahead' && newest - TOLERANCE_MS + DUE_WITHIN_MS < now)
      report('liveness', 'what is due does not wait', what)
    if (shelf !== 'quarantine' || knowledge.plan.decisions.length === 0) continue
    const charged = ledger.charged.get(what)
    const isRight =
      charged === undefined
        ? hasPrice && knowledge.openedAt.has(variant.account) && newest < now
        : chargeKey(charged.account, charged.charge) === variantKey(variant)
    if (isRight) report('liveness', 'what is right by now leaves the quarantine when it is redriven', what)
  }
}

/** A card that took so long to appear was published against the design's bound on clocks and delays. */
const LATEST_APPEARANCE_MS = 60_000

/** Each charge by the card in force at its event's time, of all that were ever published. */
export function judgePrices({ cards }: Knowledge, ledger: Ledger, report: Report): void {
  const inTime = cards.filter((card) => card.visibleAt - card.publishedAt <= LATEST_APPEARANCE_MS)
  for (const { charge, account, seq } of ledger.charged.values()) {
    const costs = [cards, inTime].map((known) => costAt(charge, known, charge.time))
    if (costs.includes(amount(charge.credits))) continue
    const expected = costs[0] === undefined ? 'no price' : amountText(costs[0])
    const what = `${identityText(charge)} in page ${seq} of ${account}: ${charge.credits}, not ${expected}`
    report('safety', 'the card in force at the event time prices', what)
  }
}

/** Each grant once, and its requests answered accordingly. */
export function judgeGrants(answers: ReadonlyMap<GrantRequest, ApiAnswer>, ledger: Ledger, report: Report): void {
  for (const [{ account, key, credits }, { status }] of answers) {
    const entry = ledger.granted.get(`${account} ${key}`)
    // Gone with its page before it came to the archive; that an admin asks for it again is not simulated.
    if (entry === undefined && ledger.lostGrants.has(`${account} ${key}`)) continue
    if (entry === undefined) report('safety', 'a grant that was answered stands in the log', `${account} ${key}`)
    const isSame = amount(entry?.credits ?? '0') === amount(credits)
    if (isSame !== (status === 201)) report('safety', 'a grant is answered as it is', `${account} ${key}: ${status}`)
  }
}

/** After a re-rating each charge costs what the version says, but what was refunded, or has no price in it. */
export function judgeRerated(
  { cards }: Knowledge,
  { charged, corrections }: Ledger,
  { account, version }: { readonly account: string; readonly version: number },
  report: Report,
): void {
  const card = cards.find((one) => one.version === version)
  for (const one of charged.values()) {
    if (one.account !== account || corrections.isRefunded(one)) continue
    const [cost, expected] = [corrections.costOf(one), costOf(one.charge, card)]
    if (expected === undefined || cost === expected) continue
    const what = `${identityText(one.charge)} of ${account}: ${amountText(cost)}, not ${amountText(expected)}`
    report('safety', 'a re-rating leaves no charge at another price', what)
  }
}
