import type { ChargeEntry } from '../../shared/ledger/entries/charge.ts'
import type { GrantEntry, ReratingEntry } from '../../shared/ledger/entries/credit.ts'
import type { Entry } from '../../shared/ledger/entries/entries.ts'
import type { OpenEntry } from '../../shared/ledger/entries/settings.ts'
import { pack } from '../../shared/ledger/io/page-item.ts'
import { encodeBody } from '../../shared/ledger/page/body.ts'
import { nextPage } from '../../shared/ledger/page/next-page.ts'
import { bodyHash, type Page } from '../../shared/ledger/page/page.ts'
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

/** The pages after these that hold these entries, written a second apart. */
export function pagesAfter(
  log: readonly Page[],
  account: string,
  ...contents: readonly (readonly Entry[])[]
): readonly Page[] {
  const all = [...log]
  for (const entries of contents) {
    const settings = [...all.flatMap((page) => page.entries), ...entries].find(
      (entry) => entry.kind === 'open',
    )?.settings
    const body = pack(encodeBody(entries))
    const content = { account, entries, body, bodyHash: bodyHash(body), nonce: '00112233445566ff' }
    const writtenAt = NOON + (all.length + 1) * 1000
    all.push(nextPage(all.at(-1), settings ?? { lowBalanceLevels: [] }, { ...content, writtenAt }))
  }
  return all.slice(log.length)
}

export const logOf = (account: string, ...contents: readonly (readonly Entry[])[]): readonly Page[] =>
  pagesAfter([], account, ...contents)
