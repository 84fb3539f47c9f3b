import type { ChargeEntry } from '../../shared/ledger/entries/charge.ts'
import type { GrantEntry, ReratingEntry } from '../../shared/ledger/entries/credit.ts'
import { type Entry, settingsIn } from '../../shared/ledger/entries/entries.ts'
import type { OpenEntry, Settings } from '../../shared/ledger/entries/settings.ts'
import { encodeBody, pack } from '../../shared/ledger/io/page-item.ts'
import { bodyHash, nextPage, type Page } from '../../shared/ledger/page/page.ts'
import { credits } from '../../shared/money/amounts.ts'
import { exact } from '../../shared/money/exact.ts'
import { type Instant, parseInstant } from '../../shared/time/instant.ts'
import { noVariant } from '../../shared/usage/variant.ts'

export const at = (text: string): Instant => parseInstant(text)!

export const NOON = at('2026-11-23T12:00:00Z')

export const opened = (...levels: string[]): OpenEntry => ({
  kind: 'open',
  key: 'open',
  actor: 'ada',
  at: NOON,
  settings: { lowBalanceLevels: levels.map(credits) },
})

export const granted = (amount: string, when = NOON): GrantEntry => ({
  kind: 'grant',
  key: `grant-${amount}-${when}`,
  actor: 'ada',
  at: when,
  reason: 'trial',
  reference: undefined,
  credits: credits(amount),
})

/** A re-rating of a charge that gives back so many credits. */
export const rerated = (
  { source, id, time, user, group, category, service }: ChargeEntry,
  amount: string,
  when = NOON,
): ReratingEntry => ({
  kind: 'rerating',
  of: { source, id },
  nth: 1,
  time,
  user,
  group,
  category,
  service,
  rateCard: 2,
  key: 'rerating',
  actor: 'ada',
  at: when,
  reason: 'wrong price',
  reference: undefined,
  credits: credits(amount),
})

let nextId = 0

export const charged = (amount: string, other: Partial<ChargeEntry> = {}): ChargeEntry => {
  nextId += 1
  return {
    kind: 'charge',
    source: '/chat/eu',
    id: `call-${nextId}`,
    boundAt: undefined,
    time: NOON,
    user: 'u-17',
    group: undefined,
    category: 'text',
    service: 'openai/gpt-4o',
    variant: noVariant,
    quantities: new Map([['input_tokens', exact('523')]]),
    reservation: undefined,
    rateCard: 1,
    credits: credits(amount),
    ...other,
  }
}

const NO_SETTINGS: Settings = { lowBalanceLevels: [] }

interface Written {
  /** Those in force; of the first page its own. */
  readonly settings?: Settings
  readonly writtenAt?: Instant
  readonly nonce?: string
}

/** The page after a head that holds these entries, as a writer makes it. */
export function pageAfter(
  head: Page | undefined,
  account: string,
  entries: readonly Entry[],
  { settings, writtenAt = 0, nonce = '00112233445566ff' }: Written = {},
): Page {
  const body = pack(encodeBody(entries))
  const inForce = settings ?? settingsIn(entries) ?? NO_SETTINGS
  return nextPage(head, inForce, { account, entries, body, bodyHash: bodyHash(body), writtenAt, nonce })
}

/** The first page of an account. */
export const firstPage = (account: string, settings: Settings = NO_SETTINGS, ...more: readonly Entry[]): Page =>
  pageAfter(undefined, account, [{ kind: 'open', key: 'open', actor: 'ada', at: 0, settings }, ...more])

/** The pages after these that hold these entries, written a second apart. */
export function pagesAfter(
  log: readonly Page[],
  account: string,
  ...contents: readonly (readonly Entry[])[]
): readonly Page[] {
  const all = [...log]
  for (const entries of contents) {
    const settings = settingsIn(all[0]?.entries ?? entries) ?? NO_SETTINGS
    all.push(pageAfter(all.at(-1), account, entries, { settings, writtenAt: NOON + (all.length + 1) * 1000 }))
  }
  return all.slice(log.length)
}

export const logOf = (account: string, ...contents: readonly (readonly Entry[])[]): readonly Page[] =>
  pagesAfter([], account, ...contents)
