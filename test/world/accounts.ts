import { Table } from '../../shared/aws/table.ts'
import { type ChargeEntry, usageIdentity } from '../../shared/ledger/entries/charge.ts'
import { usageDifference } from '../../shared/ledger/entries/entries.ts'
import type { Settings } from '../../shared/ledger/entries/settings.ts'
import type { Proposal } from '../../shared/ledger/io/commit/proposal.ts'
import { appendPage } from '../../shared/ledger/io/log-table.ts'
import { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import { pack } from '../../shared/ledger/io/page-item.ts'
import { encodeBody } from '../../shared/ledger/page/body.ts'
import { nextPage } from '../../shared/ledger/page/next-page.ts'
import { bodyHash } from '../../shared/ledger/page/page.ts'
import { credits } from '../../shared/money/amounts.ts'
import { exact } from '../../shared/money/exact.ts'
import { accountBoundId } from '../../shared/usage/account-bound-id.ts'
import type { Tables } from './tables.ts'
import { unreachableArchive } from './unreachable-archive.ts'

let accounts = 0
let randoms = 1n

/** Opens a fresh account; answers with its id. */
export async function openAccount(
  { documents, names }: Tables,
  lowBalanceLevels: readonly string[] = [],
): Promise<string> {
  accounts += 1
  const account = `account-${accounts}`
  const settings: Settings = { lowBalanceLevels: lowBalanceLevels.map(credits) }
  const entries = [{ kind: 'open', key: 'k', actor: 'admin', at: 0, settings } as const]
  const body = pack(encodeBody(entries))
  const content = { account, entries, body, bodyHash: bodyHash(body), writtenAt: 0, nonce: '0011223344556677' }
  await appendPage({ documents, name: names.log }, nextPage(undefined, settings, content))
  return account
}

/** A process that writes logs; its clock and randomness are its own. */
export function writerOf({ documents, names }: Tables): LogWriter {
  return new LogWriter({
    log: { documents, name: names.log },
    markers: new Table(documents, names.markers),
    archive: unreachableArchive(),
    now: Date.now,
    nonce: () =>
      Math.floor(Math.random() * 2 ** 48)
        .toString(16)
        .padStart(16, '0'),
    random: Math.random,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  })
}

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

/** A charge of so many credits for the usage. */
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
