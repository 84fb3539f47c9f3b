import { randomBytes } from 'node:crypto'
import { type ChargeEntry, usageIdentity } from '../../shared/ledger/entries/charge.ts'
import { type Entry, entryDifference, identityOf, usageDifference } from '../../shared/ledger/entries/entries.ts'
import { type AccountsTable, putAccount } from '../../shared/ledger/io/accounts-table.ts'
import type { Proposal } from '../../shared/ledger/io/commit/proposal.ts'
import { appendPage } from '../../shared/ledger/io/log-table.ts'
import { credits } from '../../shared/money/amounts.ts'
import { exact } from '../../shared/money/exact.ts'
import { accountBoundId } from '../../shared/usage/account-bound-id.ts'
import type { LogTables } from './log-writer.ts'
import { firstPage, NOON } from './pages.ts'

let randoms = 1n

/** An id that no other test uses. */
export const anAccount = (): string => `acme-${randomBytes(6).toString('hex')}`

/** Opens a fresh account with page 1 of its log, these entries in it; answers with its id. */
export async function openAccount(
  { documents, names }: Pick<LogTables, 'documents'> & { readonly names: { readonly log: string } },
  lowBalanceLevels: readonly string[] = [],
  ...more: readonly Entry[]
): Promise<string> {
  const account = anAccount()
  const settings = { lowBalanceLevels: lowBalanceLevels.map(credits) }
  await appendPage({ documents, name: names.log }, firstPage(account, settings, ...more))
  return account
}

/** Puts the record of an account in Berlin. */
export const putAcme = (table: AccountsTable, account: string, changes: Partial<NewRecord> = {}) =>
  putAccount(table, {
    account,
    name: 'Acme',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    lowBalanceLevels: [],
    openedAt: NOON,
    actor: 'ada',
    key: 'open',
    ...changes,
  })

type NewRecord = Parameters<typeof putAccount>[1]

export type Usage = Omit<ChargeEntry, 'kind' | 'credits' | 'rateCard'> & { readonly account: string }

/** Usage at a time, with an account-bound id unless another is given. */
export function usageAt(account: string, time: number, changes: Partial<Usage> = {}): Usage {
  randoms += 1n
  const source = '/chat/eu'
  const id = changes.id ?? accountBoundId(source, account, time, randoms)
  return {
    account,
    source,
    id,
    time,
    boundAt: changes.id === undefined ? time : undefined,
    user: 'u-1',
    group: undefined,
    category: 'text',
    service: 'openai/gpt-4o',
    variant: '',
    quantities: new Map([['input_tokens', exact('1000')]]),
    reservation: undefined,
    ...changes,
  }
}

/** A charge of this amount of credits for the usage. */
export function charge(usage: Usage, amount = '1'): Proposal<never> {
  const { account: _, ...fields } = usage
  return {
    identity: usageIdentity(usage),
    boundAt: usage.boundAt,
    differenceFrom: (entry) => usageDifference(usage, entry),
    settle: () => ({ kind: 'entry', entry: { kind: 'charge', ...fields, rateCard: 1, credits: credits(amount) } }),
  }
}

export const inTime = () => 60_000

/** A decision, to be written whatever the log holds. */
export const decision = (entry: Entry, account: string): Proposal<never> => ({
  identity: identityOf(entry, account),
  boundAt: undefined,
  differenceFrom: (other) => entryDifference(entry, other),
  settle: () => ({ kind: 'entry', entry }),
})
