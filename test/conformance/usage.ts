import { type ChargeEntry, usageIdentity } from '../../shared/ledger/entries/charge.ts'
import { usageDifference } from '../../shared/ledger/entries/entries.ts'
import type { Proposal } from '../../shared/ledger/io/commit/proposal.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { credits } from '../../shared/money/amounts.ts'
import { exact } from '../../shared/money/exact.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { accountBoundId } from '../../shared/usage/account-bound-id.ts'
import type { UsageEvent } from '../../shared/usage/usage-event.ts'

export const NOON = Date.UTC(2026, 10, 23, 12)
export const MINUTE = 60_000

let randoms = 0n

/** Usage with an account-bound id of that time, unless another id is given. */
export function used(account: string, time: Instant, changes: Partial<UsageEvent> = {}): UsageEvent {
  randoms += 1n
  return {
    account,
    source: '/chat/eu',
    time,
    user: 'ada',
    group: undefined,
    category: 'text',
    service: 'openai/gpt-4o',
    variant: '',
    quantities: new Map([['input_tokens', exact('1000')]]),
    reservation: undefined,
    id: accountBoundId('/chat/eu', account, time, randoms),
    boundAt: changes.id === undefined ? time : undefined,
    ...changes,
  }
}

/** A charge for it. */
export function charge(event: UsageEvent, amount = '1'): Proposal<never> {
  const { account: _, ...usage } = event
  return {
    identity: usageIdentity(event),
    boundAt: event.boundAt,
    differenceFrom: (entry) => usageDifference(event, entry),
    settle: () => ({ kind: 'entry', entry: { kind: 'charge', ...usage, rateCard: 1, credits: credits(amount) } }),
  }
}

export const chargesOf = (pages: readonly Page[]): readonly ChargeEntry[] =>
  pages.flatMap(({ entries }) => entries.filter((entry) => entry.kind === 'charge'))

export const idsOf = (of: readonly { readonly id: string }[]): readonly string[] => of.map(({ id }) => id).sort()

export const kinds = (of: readonly { readonly kind: string }[]): readonly string[] => of.map(({ kind }) => kind)
