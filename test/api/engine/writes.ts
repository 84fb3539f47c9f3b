import { type ChargeEntry, usageIdentity } from '../../../shared/ledger/entries/charge.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { exact } from '../../../shared/money/exact.ts'
import { accountBoundId } from '../../../shared/usage/account-bound-id.ts'
import { noVariant } from '../../../shared/usage/variant.ts'
import { writerOn } from '../../world/log-writer.ts'
import type { Tables } from '../../world/tables.ts'

/** Writes charges into logs as price-usage would, however they are priced. */
export function chargesIn(tables: Tables) {
  let random = 0n
  const writer = writerOn(tables)
  return async (account: string, amount: string, change: Partial<ChargeEntry> = {}): Promise<ChargeEntry> => {
    const time = change.time ?? Date.now()
    const entry: ChargeEntry = {
      kind: 'charge',
      source: '/chat/eu',
      id: accountBoundId('/chat/eu', account, time, ++random),
      boundAt: time,
      time,
      user: 'u-17',
      group: undefined,
      category: 'text',
      service: 'openai/gpt-4o',
      variant: noVariant,
      quantities: new Map([['input_tokens', exact('1000000')]]),
      reservation: undefined,
      rateCard: 1,
      credits: credits(amount),
      ...change,
    }
    const proposal = {
      identity: usageIdentity(entry),
      boundAt: entry.boundAt,
      differenceFrom: () => [],
      settle: () => ({ kind: 'entry', entry }) as const,
    }
    const [outcome] = await writer.commit(account, [proposal], () => 20_000)
    if (outcome?.kind !== 'committed') throw new Error(JSON.stringify(outcome))
    return entry
  }
}
