import { writeSnapshots } from '../../../../functions/project-log/follow-log.ts'
import type { StoredTables } from '../../../../infra/cli/lib/stored-tables.ts'
import {
  EVERYTHING,
  type Scope,
  type Verdict,
  verifyAccounts,
} from '../../../../infra/cli/lib/verify/verify-accounts.ts'
import { Table } from '../../../../shared/aws/table.ts'
import type { Entry } from '../../../../shared/ledger/entries/entries.ts'
import { archivePages } from '../../../../shared/ledger/io/archive/page-archive.ts'
import type { Proposal } from '../../../../shared/ledger/io/commit/proposal.ts'
import { readPagesAfter } from '../../../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../../../shared/ledger/io/log-writer.ts'
import { openLog } from '../../../../shared/ledger/io/open-log.ts'
import type { Violation } from '../../../../shared/ledger/verify/finding.ts'
import { credits } from '../../../../shared/money/amounts.ts'
import { exact } from '../../../../shared/money/exact.ts'
import type { RateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { priceUsage } from '../../../../shared/pricing/charge/price-usage.ts'
import { putRateCard } from '../../../../shared/pricing/io/rates-table.ts'
import { moveCursor, readCursor } from '../../../../shared/spend/io/snapshots-table.ts'
import { dayOfZone } from '../../../../shared/time/day-of.ts'
import { anAccount, charge, decision, inTime, putAcme, type Usage, usageAt } from '../../../world/accounts.ts'
import { cardOf, rate } from '../../../world/cards.ts'
import { type LocalArchive, startArchive } from '../../../world/local-archive.ts'
import { writerOn } from '../../../world/log-writer.ts'
import { startTables, type Tables } from '../../../world/tables.ts'

export const NOON = Date.UTC(2026, 10, 23, 12)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
const TIME_ZONE = 'Europe/Berlin'

/** Two versions: the second is dearer, from noon on. */
const rates = (price: string) => [rate('openai/gpt-4o', 'input_tokens', price, '1000000')]
export const cards: readonly RateCard[] = [cardOf(rates('3.00'), 1, 0), cardOf(rates('4.00'), 2, NOON)]

/** The engine, two rate cards, and logs that the real store code writes and folds. */
export interface Stack {
  readonly tables: Tables
  readonly stored: StoredTables
  readonly openAccount: (...levels: readonly string[]) => Promise<Account>
  readonly archive: LocalArchive
  /** By a process that knows nothing of the log yet. */
  readonly decideAnew: (account: string, entry: Entry) => Promise<void>
  /** Verifies one account; all without. */
  readonly verify: (account?: string, scope?: Partial<Scope>) => Promise<Verified>
  readonly stop: () => Promise<void>
}

interface Verified {
  readonly verdict: Verdict
  readonly violations: readonly Violation[]
}

export interface Account {
  readonly account: string
  /** A page each. */
  readonly use: (...usages: readonly Usage[]) => Promise<void>
  readonly decide: (entry: Entry) => Promise<void>
  readonly at: (time: number, changes?: Partial<Usage>) => Usage
  /** Follows the log to its head: all snapshots, then the cursor. */
  readonly fold: () => Promise<void>
}

export async function startStack(): Promise<Stack> {
  const tables = await startTables()
  const archive = await startArchive()
  const table = (name: keyof Tables['names']) => new Table(tables.documents, tables.names[name])
  const stored: StoredTables = {
    log: table('log'),
    markers: table('markers'),
    snapshots: table('snapshots'),
    accounts: table('accounts'),
    rates: table('rates'),
    archive,
    checkpoints: archive,
  }
  for (const card of cards) await putRateCard(stored.rates, card)

  return {
    tables,
    stored,
    archive,
    openAccount: (...levels) => openAccount(tables, stored, levels),
    decideAnew: (account, entry) => commit(writerOn(tables), account, [decision(entry, account)]),
    verify: async (account, scope) => {
      const violations: Violation[] = []
      const what = { ...EVERYTHING, account, ...scope }
      const verdict = await verifyAccounts(stored, what, (violation) => void violations.push(violation))
      return { verdict, violations }
    },
    stop: async () => {
      await archive.stop()
      await tables.stop()
    },
  }
}

async function openAccount(tables: Tables, stored: StoredTables, levels: readonly string[]): Promise<Account> {
  const account = anAccount()
  const record = await putAcme(stored.accounts, account, {
    openedAt: NOON - 9 * HOUR,
    lowBalanceLevels: levels.map(credits),
  })
  await openLog(stored.log, record, { writtenAt: NOON, nonce: '0011223344556677' })
  const writer = writerOn(tables)
  return {
    account,
    at: (time, changes) => usageAt(account, time, changes),
    use: async (...usages) => commit(writer, account, usages.map(priced)),
    decide: async (entry) => commit(writer, account, [decision(entry, account)]),
    fold: () => fold(stored, account),
  }
}

/** As functions/project-log does when a snapshot is due. */
async function fold({ log, snapshots, archive }: StoredTables, account: string): Promise<void> {
  const cursor = await readCursor(snapshots, account)
  const tail = await readPagesAfter(log, account, cursor?.seq ?? 0)
  const last = tail.at(-1)
  if (last === undefined) return
  await archivePages(archive, tail)
  await writeSnapshots(snapshots, account, tail, dayOfZone(TIME_ZONE))
  await moveCursor(snapshots, account, cursor, { seq: last.header.seq, hash: last.hash, timeZone: TIME_ZONE })
}

async function commit(writer: LogWriter, account: string, proposals: readonly Proposal<never>[]): Promise<void> {
  const outcomes = await writer.commit(account, proposals, inTime)
  const others = outcomes.filter(({ kind }) => kind !== 'committed')
  if (others.length > 0) throw new Error(`not committed: ${JSON.stringify(others)}`)
}

export function priced(usage: Usage): Proposal<never> {
  const price = priceUsage(usage, cards)
  if (price.kind !== 'priced') throw new Error(price.kind)
  return {
    ...charge(usage),
    settle: () => {
      const { account: _, ...fields } = usage
      return { kind: 'entry', entry: { kind: 'charge', ...fields, rateCard: price.rateCard, credits: price.total } }
    },
  }
}

/** So many input tokens. */
export const tokens = (count: number): Pick<Usage, 'quantities'> => ({
  quantities: new Map([['input_tokens', exact(String(count))]]),
})

export const decided = (key: string, amount: string) => ({
  key,
  actor: 'ada',
  at: NOON,
  reason: 'Test',
  reference: undefined,
  credits: credits(amount),
})

/** `check page entry: expected, found`, for comparing. */
const lineOf = ({ check, page, entry, expected, found }: Violation): string =>
  `${check}, page ${page ?? '-'}, entry ${entry ?? '-'}: ${expected} | ${found}`

/** What a log says against itself; that it is another one than its archive is looked at where the archive is. */
export const linesOf = (violations: readonly Violation[]): readonly string[] =>
  violations.filter(({ check }) => check !== 'archive').map(lineOf)

export const archiveLinesOf = (violations: readonly Violation[]): readonly string[] =>
  violations.filter(({ check }) => check === 'archive').map(lineOf)
