import type { ChargeEntry, Entry, Settings } from '../../../../shared/account-log/entry.ts'
import { credits } from '../../../../shared/money/amounts.ts'
import { exact } from '../../../../shared/money/exact.ts'
import { accountBoundId } from '../../../../shared/usage/account-bound-id.ts'
import { meters } from '../../../../shared/usage/meters.ts'
import { variantOf } from '../../../../shared/usage/variant.ts'

const NOON = Date.UTC(2026, 10, 23, 12)

const decision = { actor: 'olga', at: NOON, reason: 'why: ß, 漢, 😀', reference: undefined }

export const settings: Settings = { lowBalanceLevels: [credits('1000'), credits('250.5')] }

function charge(changes: Partial<ChargeEntry>): ChargeEntry {
  return {
    kind: 'charge',
    source: '/chat/eu',
    id: 'order-17',
    boundAt: undefined,
    time: NOON,
    user: 'u-17',
    group: undefined,
    category: 'text',
    service: 'openai/gpt-4o',
    variant: '',
    quantities: new Map([['input_tokens', exact('523')]]),
    reservation: undefined,
    rateCard: 1,
    credits: credits('0.1569'),
    ...changes,
  }
}

const bound = (time: number, random: bigint, source = '/chat/eu') => ({
  source,
  id: accountBoundId(source, 'acme', time, random),
  boundAt: time,
})

/** The log that every golden file holds, page by page: each kind of entry, each form of a field, the widest numbers. */
export const history: readonly (readonly Entry[])[] = [
  [{ kind: 'open', key: 'open-1', actor: 'olga', at: NOON, settings }],
  [
    { kind: 'grant', key: 'grant-1', ...decision, reference: 'INV-17', credits: credits('5000.123456') },
    { kind: 'adjustment', key: 'adjustment-1', ...decision, credits: credits('-0.000001') },
  ],
  [
    charge(bound(NOON, 0n)),
    charge({ ...bound(NOON + 1500, 2n ** 50n - 1n, 'urn:api:1'), time: NOON + 1400, user: 'u-18', group: 'sales' }),
    {
      kind: 'refund',
      key: 'refund-1',
      ...decision,
      of: { source: '/chat/eu', id: 'order-17' },
      credits: credits('0.1'),
    },
    charge({ category: 'image', service: 'openai/gpt-image-1', variant: variantOf({ size: '1024', quality: 'hd' }) }),
    charge({ id: 'order-18', time: NOON - 86_400_000, reservation: 'hold-7', category: 'api', rateCard: 4711 }),
    charge({ ...bound(NOON - 60_000, 77n), category: 'other', credits: credits('4500.000000000000000001') }),
    { kind: 'reversal', key: 'reversal-1', ...decision, of: 'grant-1', credits: credits('-5000.123456') },
  ],
  [{ kind: 'restore', epoch: 2, key: 'restore-1', actor: 'olga', at: NOON, reason: 'table lost' }],
  [
    charge({
      id: 'order-19',
      // Those that the oldest format knew.
      quantities: new Map(meters.slice(0, 16).map((meter) => [meter, exact('999999999999999.999999')])),
      credits: credits('99999999.000000000000000000000009'),
    }),
    charge({ id: 'order-20', quantities: new Map([['seconds', exact('0')]]), credits: credits('0') }),
  ],
]

/** Kinds of entries that came later, page by page after that log: a golden file of their own. */
export const laterKinds: readonly (readonly Entry[])[] = [
  [
    {
      kind: 'rerating',
      ...{ key: 'rerating-1', ...decision, reference: 'T-17', credits: credits('-0.000000000000000000000001') },
      ...{ of: { source: '/chat/eu', id: 'order-17' }, nth: 1, rateCard: 4711 },
      ...{ time: NOON, user: 'u-17', group: undefined, category: 'image', service: 'openai/gpt-image-1' },
    },
    {
      kind: 'rerating',
      ...{ key: 'rerating-2', ...decision, credits: credits('99999999.5') },
      ...{ of: { source: 'urn:api:1', id: 'order-18' }, nth: 12, rateCard: 1 },
      ...{ time: NOON - 86_400_000, user: 'u-18', group: 'sales', category: 'text', service: 'openai/gpt-4o' },
    },
  ],
]
