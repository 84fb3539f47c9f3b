import type { Completion } from '../../../../shared/ledger/io/checkpoints.ts'
import { verifyMarkers } from '../../../../shared/ledger/io/verify/verify-markers.ts'
import type { Violation } from '../../../../shared/ledger/verify/finding.ts'
import { minus, noCredits, plus } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import type { Catalogue } from '../../../../shared/pricing/cards/catalogue.ts'
import { readCatalogue } from '../../../../shared/pricing/io/rates-table.ts'
import { storedAccounts } from '../stored-accounts.ts'
import type { StoredTables } from '../stored-tables.ts'
import { Anchors, faultOf } from './anchors.ts'
import { Identities } from './identities.ts'
import { type AccountSums, verifyAccount } from './verify-account.ts'

/** What was verified, and how it ended. Amounts in credits, exact. */
export interface Verdict {
  readonly accounts: number
  readonly pages: number
  readonly entries: number
  readonly credited: string
  readonly charged: string
  readonly balance: string
  readonly violations: number
  /** The day of the checkpoint that the logs were held against. */
  readonly checkpoint?: string | undefined
}

/** What is to be verified. */
export interface Scope {
  /** `undefined`: all. */
  readonly account: string | undefined
  /** What the logs are held against; `undefined`: there is none yet. */
  readonly checkpoint: Completion | undefined
  /** Only what came after the checkpoint. */
  readonly isSinceCheckpoint: boolean
}

/** All accounts, held against their own tables and archive alone. */
export const EVERYTHING: Scope = { account: undefined, checkpoint: undefined, isSinceCheckpoint: false }

type Tell = (violation: Violation) => Promise<void> | void

/**
 * Verifies every account, or one, each as of the moment its turn comes; then the markers; then that no identity stands twice.
 *
 * Logs go through memory in pieces: it grows with the number of accounts and with one account's users, not with the logs.
 */
export async function verifyAccounts(tables: StoredTables, scope: Scope, onViolation: Tell): Promise<Verdict> {
  const identities = new Identities(tables.log)
  try {
    return await verifyWith(identities, tables, scope, onViolation)
  } finally {
    identities.close()
  }
}

async function verifyWith(
  identities: Identities,
  tables: StoredTables,
  { account, checkpoint: given, isSinceCheckpoint: isSince }: Scope,
  onViolation: Tell,
): Promise<Verdict> {
  let catalogue: Catalogue | undefined
  let violations = 0
  const rateCards = async () => {
    catalogue = await readCatalogue(tables.rates, Date.now(), catalogue)
    return catalogue
  }
  const tell = async (violation: Violation): Promise<void> => {
    violations += 1
    await onViolation(violation)
  }

  const accounts = account === undefined ? await storedAccounts(tables) : [account]
  let all: AccountSums = { pages: 0, entries: 0, credited: noCredits, charged: noCredits }
  const fault = given && (await faultOf(tables.checkpoints, given))
  if (given !== undefined && fault !== undefined) {
    const expected = `checkpoint ${given.day} as it was completed`
    await tell({ account: 'all accounts', check: 'checkpoint', expected, found: fault })
  }
  // One that is broken anchors nothing: all of the logs is verified then.
  const checkpoint = fault === undefined ? given : undefined
  const isSinceCheckpoint = isSince && checkpoint !== undefined
  const anchors = checkpoint && new Anchors(tables.checkpoints, checkpoint)
  for (const name of accounts) {
    const anchor = await anchors?.of(name)
    const anchored = anchor && anchors && { anchor, day: anchors.day, isBegin: isSinceCheckpoint }
    all = addSums(all, await verifyAccount({ tables, identities, rateCards, tell }, name, anchored))
  }
  const missed = account === undefined ? ((await anchors?.missed()) ?? []) : []
  for (const { account: gone, seq } of missed) {
    const expected = `page ${seq}, as on ${checkpoint?.day}`
    await tell({ account: gone, page: seq, check: 'checkpoint', expected, found: 'no such account' })
  }
  // Those of what is new were read with their entries.
  if (!isSinceCheckpoint) await verifyMarkers(tables, account, tell)
  await identities.tellDoubles(tell)

  const { pages, entries, credited, charged } = all
  return {
    accounts: accounts.length,
    pages,
    entries,
    credited: plain(credited),
    charged: plain(charged),
    balance: plain(minus(credited, charged)),
    violations,
    checkpoint: checkpoint?.day,
  }
}

const addSums = (a: AccountSums, b: AccountSums): AccountSums => ({
  pages: a.pages + b.pages,
  entries: a.entries + b.entries,
  credited: plus(a.credited, b.credited),
  charged: plus(a.charged, b.charged),
})

const SHOWN_CHARACTERS = 300

/** `acme page 7 entry 3: price: expected 2.6533 credits by version 1, found 2.7 credits by version 1`. */
export function violationLine({ account, page, entry, check, expected, found }: Violation): string {
  const place = [
    account,
    ...(page === undefined ? [] : [`page ${page}`]),
    ...(entry === undefined ? [] : [`entry ${entry}`]),
  ]
  return `${place.join(' ')}: ${check}: expected ${shown(expected)}, found ${shown(found)}`
}

/** What stands in a damaged log may hold anything; a terminal gets it without control characters, and short. */
function shown(text: string): string {
  const clean = text.replaceAll(/\p{C}/gu, '�')
  return clean.length > SHOWN_CHARACTERS ? `${clean.slice(0, SHOWN_CHARACTERS)}…` : clean
}
