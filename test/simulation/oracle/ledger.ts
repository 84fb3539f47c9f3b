import type { Item } from '../services/expressions.ts'
import { type Amount, amount, amountText } from './amount.ts'
import { type Corrections, correctionsOf } from './corrections.ts'
import type { Report } from './findings.ts'
import { chargeKey, identityText, type Knowledge } from './knowledge.ts'
import { cardAt, costOf } from './price.ts'
import { readPage, type StoredCharge, type StoredOther, type StoredPage } from './read-page.ts'
import type { TopUps } from './top-ups.ts'

const W_MS = 30 * 60_000
const NO_HASH = '0'.repeat(64)
const LARGEST_PAGE = 1000
const LARGEST_BODY = 64 * 1024

/** A charge and where it stands. */
export interface Charged {
  readonly charge: StoredCharge
  readonly account: string
  readonly seq: number
}

/** What the oracle knows of the logs: every page, checked when it was written. */
export interface Ledger {
  readonly written: (item: Item, before: Item | undefined) => StoredPage
  readonly pages: (account: string) => readonly StoredPage[]
  readonly charged: ReadonlyMap<string, Charged>
  /** Grants by account and key. */
  readonly granted: ReadonlyMap<string, StoredOther>
  readonly corrections: Corrections
  readonly charges: () => number
  /** The pages after the cut are gone. */
  readonly restore: (account: string, cut: number) => void
  /** By epoch, the page that an account's restores went back to. */
  readonly cuts: (account: string) => readonly number[]
  /** Grants that were gone with their pages, by account and key. */
  readonly lostGrants: ReadonlySet<string>
}

export interface LedgerSetting {
  readonly topUps: TopUps
  readonly knowledge: Knowledge
  readonly report: Report
  /** The marker of an identity, if one stands. */
  readonly markerOf: (source: string, id: string) => { readonly account: string; readonly seq: number } | undefined
  /** The latest epoch that a marker of the account names. */
  readonly latestMarkedEpoch: (account: string) => number
}

export function ledgerOf({ knowledge, report, topUps, markerOf, latestMarkedEpoch }: LedgerSetting): Ledger {
  const logs = new Map<string, StoredPage[]>()
  const charged = new Map<string, Charged>()
  const granted = new Map<string, StoredOther>()
  const cuts = new Map<string, number[]>()
  const lostGrants = new Set<string>()
  const safety = (rule: string, detail: string): void => report('safety', rule, detail)
  const corrections = correctionsOf(knowledge, charged, safety)

  const written: Ledger['written'] = (item, before) => {
    const page = readPage(item)
    const place = `page ${page.seq} of ${page.account}`
    if (before !== undefined) safety('a page is written once, never changed', place)
    const log = logs.get(page.account) ?? []
    logs.set(page.account, log)
    checkChain(page, log.at(-1), safety)
    checkAmounts(page, log.at(-1), levelsOf(log, page), safety)
    topUps.page(page, settingsOf([...log, page])?.autoTopUp)
    for (const entry of page.entries) {
      if (entry.kind === 'charge') takeCharge(page, entry)
      else if (entry.kind === 'grant') takeGrant(page, entry)
      else if (entry.kind === 'restore') openEpoch(page, entry)
      else corrections.take(page.account, entry, place)
    }
    log.push(page)
    return page
  }

  const takeCharge = (page: StoredPage, charge: StoredCharge): void => {
    const identity = identityText(charge)
    const what = `${identity} in page ${page.seq} of ${page.account}`
    const first = charged.get(identity)
    if (first === undefined) charged.set(identity, { charge, account: page.account, seq: page.seq })
    else safety('an event is charged once', `${what}; first in page ${first.seq} of ${first.account}`)
    const variant = knowledge.variants.get(identity)?.get(chargeKey(page.account, charge))
    if (variant === undefined) safety('only what was sent is charged', `${what}: ${JSON.stringify(charge)}`)
    else if (variant.boundAt !== charge.boundAt) safety('an id is stored as it was', what)
    checkPrice(knowledge, charge, what, safety)
    checkMarker(page, charge, what)
  }

  /** Epochs whose own restore is gone with its page go back to the same one: nothing after it is theirs. */
  const openEpoch = ({ account, seq }: StoredPage, { epoch = 0 }: StoredOther): void => {
    const known = cuts.get(account) ?? []
    const latest = latestMarkedEpoch(account)
    if (epoch <= Math.max(latest, known.length))
      safety('an epoch is opened that never was', `epoch ${epoch} of ${account}, where ${latest} is marked`)
    cuts.set(account, [...known, ...Array.from({ length: epoch - known.length }, () => seq - 1)])
  }

  const checkMarker = (page: StoredPage, { source, id, boundAt }: StoredCharge, what: string): void => {
    if (boundAt !== undefined && page.logTime <= boundAt + W_MS) return
    const marker = markerOf(source, id)
    if (marker === undefined) safety('an opaque or late id takes a marker before its page', what)
    else if (marker.account !== page.account || marker.seq >= page.seq)
      safety('an event stands in the account of its marker, after it', `${what}: ${JSON.stringify(marker)}`)
  }

  const takeGrant = (page: StoredPage, entry: StoredOther): void => {
    const identity = `${page.account} ${entry.key}`
    const what = `${identity} in page ${page.seq}`
    if (granted.has(identity)) safety('a grant happens once', what)
    granted.set(identity, entry)
    const asked = knowledge.plan.grants.filter(({ account, key }) => account === page.account && key === entry.key)
    if (!asked.some(({ credits }) => amount(credits) === amount(entry.credits ?? '0')))
      safety('only what was asked for is granted', `${what}: ${entry.credits}`)
  }

  const restore: Ledger['restore'] = (account, cut) => {
    const log = logs.get(account) ?? []
    for (const { entries } of log.splice(cut)) {
      for (const entry of entries) {
        if (entry.kind === 'restore') cuts.set(account, (cuts.get(account) ?? []).slice(0, epochsUpTo(log)))
        if (entry.kind === 'charge') charged.delete(identityText(entry))
        else corrections.lose(entry)
        if (entry.kind === 'grant' && granted.delete(`${account} ${entry.key}`))
          lostGrants.add(`${account} ${entry.key}`)
      }
    }
  }
  return {
    written,
    pages: (account) => logs.get(account) ?? [],
    charged,
    granted,
    corrections,
    charges: () => charged.size,
    restore,
    cuts: (account) => cuts.get(account) ?? [],
    lostGrants,
  }
}

/** The epoch that the last restore in these pages opened. */
const epochsUpTo = (log: readonly StoredPage[]): number =>
  log.reduce(
    (latest, { entries }) =>
      entries.reduce((epoch, entry) => (entry.kind === 'restore' ? (entry.epoch ?? 0) : epoch), latest),
    0,
  )

type Safety = (rule: string, detail: string) => void

function checkChain(page: StoredPage, last: StoredPage | undefined, safety: Safety): void {
  const place = `page ${page.seq} of ${page.account}`
  if (page.seq !== (last?.seq ?? 0) + 1) safety('pages are numbered without a gap', place)
  if (page.previousHash !== (last?.hash ?? NO_HASH)) safety('a page names the one before it', place)
  if (page.hash !== page.recomputed) safety('a page has its own hash', place)
  if (page.entryCount !== page.entries.length) safety('a page counts its entries', place)
  if (page.entries.length > LARGEST_PAGE || page.bodyBytes > LARGEST_BODY) safety('a page is bounded', place)
  const idTimes = page.entries.flatMap((entry) => (entry.kind === 'charge' ? [entry.boundAt ?? 0] : []))
  const logTime = Math.max(last?.logTime ?? 0, ...idTimes)
  if (page.logTime !== logTime)
    safety("log time is the head's or the newest id time", `${place}: ${page.logTime}, not ${logTime}`)
}

function checkAmounts(page: StoredPage, last: StoredPage | undefined, levels: readonly string[], safety: Safety): void {
  const place = `page ${page.seq} of ${page.account}`
  let [credited, charged]: [Amount, Amount] = [amount(last?.credited ?? '0'), amount(last?.charged ?? '0')]
  for (const entry of page.entries) {
    if (entry.kind === 'charge') charged += amount(entry.credits)
    else credited += amount(entry.credits ?? '0')
  }
  const expect = (what: string, found: string, expected: Amount): void => {
    if (amount(found) !== expected) safety(`${what} is exact`, `${place}: ${found}, not ${amountText(expected)}`)
  }
  expect('the credited total', page.credited, credited)
  expect('the charged total', page.charged, charged)
  expect('the balance', page.balance, credited - charged)
  const [before, after] = [amount(last?.balance ?? '0'), credited - charged]
  const crossed = levels.filter((level) => before >= amount(level) && after < amount(level))
  const [expected, found] = [crossed, page.crossings].map((list) =>
    list.map((level) => amountText(amount(level))).sort(),
  )
  if (expected!.join() !== found!.join())
    safety('crossings are a function of two pages', `${place}: ${found!.join()}, not ${expected!.join()}`)
}

/** By the settings before the page, of page 1 its own: amounts, and parts of the newest top-up. */
function levelsOf(log: readonly StoredPage[], page: StoredPage): readonly string[] {
  const { lowBalanceLevels = [], lowBalanceShares = [] } = settingsOf(log.length === 0 ? [page] : log) ?? {}
  const last = amount(log.at(-1)?.topUp.split(' ')[6] ?? '0')
  const shares = last === 0n ? [] : lowBalanceShares.map((percent) => amountText((last * BigInt(percent)) / 100n))
  return [...new Set([...lowBalanceLevels, ...shares].map((level) => amountText(amount(level))))]
}

/** The last settings that these pages make; which page that is each page says, and its own entries. */
function settingsOf(log: readonly StoredPage[]): StoredOther | undefined {
  const last = log.at(-1)
  const made = log[(last?.settingsSeq ?? 1) - 1]
  const own = last && settingsIn(last)
  return own ?? (made && settingsIn(made))
}

const settingsIn = ({ entries }: StoredPage): StoredOther | undefined =>
  entries.findLast((entry) => entry.kind === 'open' || entry.kind === 'settings') as StoredOther | undefined

/** By a version that was in force at the event's own time, of those known then; whether it was the right one shows at the end. */
function checkPrice({ cards }: Knowledge, charge: StoredCharge, what: string, safety: Safety): void {
  const inForce = cards.map((_, place) => cardAt(cards.slice(0, place + 1), charge.time))
  const card = inForce.find((one) => one?.version === charge.rateCard)
  const cost = costOf(charge, card)
  if (card === undefined) safety('the card in force at the event time prices', `${what}: ${charge.rateCard}`)
  else if (cost === undefined) safety('what has no price is never charged', what)
  else if (cost !== amount(charge.credits))
    safety('a charge is exact', `${what}: ${charge.credits}, not ${amountText(cost)}`)
}
