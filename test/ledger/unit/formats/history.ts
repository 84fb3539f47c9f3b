import type { ChargeEntry } from '../../../../shared/ledger/entries/charge.ts'
import type { Entry } from '../../../../shared/ledger/entries/entries.ts'
import type { Settings } from '../../../../shared/ledger/entries/settings.ts'
import { credits, euros } from '../../../../shared/money/amounts.ts'
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
      key: 'rerating-1',
      ...decision,
      reference: 'T-17',
      credits: credits('-0.000000000000000000000001'),
      of: { source: '/chat/eu', id: 'order-17' },
      nth: 1,
      rateCard: 4711,
      time: NOON,
      user: 'u-17',
      group: undefined,
      category: 'image',
      service: 'openai/gpt-image-1',
    },
    {
      kind: 'rerating',
      key: 'rerating-2',
      ...decision,
      credits: credits('99999999.5'),
      of: { source: 'urn:api:1', id: 'order-18' },
      nth: 12,
      rateCard: 1,
      time: NOON - 86_400_000,
      user: 'u-18',
      group: 'sales',
      category: 'text',
      service: 'openai/gpt-4o',
    },
  ],
]

/** Kinds that came with top-ups, page by page after those: every state that a header can carry, too. */
export const topUpKinds: readonly (readonly Entry[])[] = [
  [
    {
      kind: 'settings',
      key: 'settings-1',
      actor: 'olga',
      at: NOON,
      settings: {
        lowBalanceLevels: [credits('0')],
        lowBalanceShares: [20, 10],
        autoTopUp: {
          threshold: credits('2000.5'),
          buys: { kind: 'amount', amount: credits('10000') },
          monthlyCap: { paid: euros('500'), number: 5 },
          cooldownMinutes: 60,
        },
      },
    },
  ],
  [
    {
      kind: 'top-up-ended',
      key: 'auto-7',
      actor: 'groschen',
      at: NOON,
      of: '7e2',
      reason: 'declined',
      until: NOON + 3_600_000,
      declines: 1,
      declineCode: 'insufficient_funds',
      wanted: credits('100012345'),
    },
  ],
  [{ kind: 'top-up-retry', key: 'auto-7', actor: 'groschen', at: NOON + 3_600_000, of: '7e2', cause: 'due' }],
  [
    {
      kind: 'top-up',
      key: 'auto-9',
      actor: 'groschen',
      at: NOON,
      provider: 'stripe',
      payment: 'pi_1',
      of: '9e2',
      month: '2026-11',
      paid: euros('1190000.55'),
      credits: credits('100012345'),
    },
    {
      kind: 'top-up',
      key: 'manual-x',
      actor: 'olga',
      at: NOON,
      provider: 'invoice',
      payment: 'INV-1',
      of: undefined,
      month: '',
      paid: euros('100'),
      credits: credits('10000'),
    },
  ],
  [
    {
      kind: 'payment-reversal',
      key: 'auto-9',
      actor: 'stripe',
      at: NOON,
      provider: 'stripe',
      payment: 'pi_1',
      taking: 'dp_1',
      cause: 'dispute',
      credits: credits('-100012345'),
    },
  ],
  [
    {
      kind: 'settings',
      key: 'settings-2',
      actor: 'olga',
      at: NOON,
      settings: {
        lowBalanceLevels: [],
        autoTopUp: {
          threshold: credits('99999999'),
          buys: { kind: 'target', target: credits('100000000') },
          monthlyCap: { paid: euros('0.5'), number: 1 },
          cooldownMinutes: 0,
        },
      },
    },
    { kind: 'top-up-retry', key: 'retry-1', actor: 'olga', at: NOON, of: '11e2', cause: 'admin' },
  ],
]

/** A decision that a second operator approved. */
export const approvedKinds: readonly (readonly Entry[])[] = [
  [
    { kind: 'grant', key: 'grant-2', ...decision, approvedBy: 'otto', credits: credits('100000.01') },
    {
      kind: 'refund',
      key: 'refund-2',
      ...decision,
      approvedBy: 'ö 漢',
      credits: credits('200000'),
      of: { source: 'urn:api:1', id: 'order-18' },
    },
  ],
]

const inMultiples = (key: string): Entry => ({
  kind: 'settings',
  key,
  actor: 'olga',
  at: NOON,
  settings: {
    lowBalanceLevels: [],
    autoTopUp: {
      threshold: credits('500000000'),
      buys: { kind: 'amount', amount: credits('500'), mostPerPurchase: credits('5400') },
      monthlyCap: { paid: euros('500'), number: 100 },
      cooldownMinutes: 0,
    },
  },
})

/** Multiples of an amount, and a log that was restored and reconciled; page by page after those. */
export const restoredKinds: readonly (readonly Entry[])[] = [
  [
    {
      kind: 'top-up-ended',
      key: 'auto-12',
      actor: 'groschen',
      at: NOON,
      of: '12e2',
      reason: 'not-needed',
      until: undefined,
      declines: 0,
      declineCode: undefined,
      wanted: credits('99994501'),
    },
    inMultiples('settings-3'),
  ],
  [
    {
      kind: 'top-up',
      key: 'auto-14e2',
      actor: 'groschen',
      at: NOON,
      provider: 'stripe',
      payment: 'pi_2',
      of: '14e2',
      month: '2026-11',
      paid: euros('50'),
      credits: credits('5000'),
    },
  ],
  [{ kind: 'restore', epoch: 3, key: 'restore-3', actor: 'olga', at: NOON, reason: 'lost', holdsTopUps: true }],
  [inMultiples('settings-4')],
  [{ kind: 'reconciled', key: 'reconciled-3', actor: 'groschen', at: NOON, epoch: 3 }],
]

/** Purchases by hand, counted, page by page after those. */
export const byHandKinds: readonly (readonly Entry[])[] = [
  [
    { kind: 'top-up-wanted', key: 'manual-a', actor: 'olga', at: NOON, paid: euros('119.42') },
    { kind: 'top-up-wanted', key: 'manual-b_-', actor: 'ö 漢', at: NOON, paid: euros('5950') },
  ],
  [
    {
      kind: 'top-up',
      key: 'manual-a',
      actor: 'olga',
      at: NOON,
      provider: 'stripe',
      payment: 'pi_3',
      of: undefined,
      month: '2026-11',
      day: '2026-11-24',
      paid: euros('119.42'),
      credits: credits('10000'),
    },
  ],
  [{ kind: 'top-up-not-paid', key: 'manual-b_-', actor: 'groschen', at: NOON }],
]

/** An invoice that a second operator approved. */
export const approvedInvoices: readonly (readonly Entry[])[] = [
  [
    {
      kind: 'top-up',
      key: 'invoice-a',
      actor: 'olga',
      approvedBy: 'ö 漢',
      at: NOON,
      provider: 'invoice',
      payment: 'acme/INV-1',
      of: undefined,
      month: '',
      paid: euros('5950'),
      credits: credits('500000'),
    },
  ],
]

/** A purchase that its log counted after it had ended, page by page after those. */
export const leftPendingKinds: readonly (readonly Entry[])[] = [
  [{ kind: 'top-up-wanted', key: 'manual-c', actor: 'olga', at: NOON, paid: euros('119.42') }],
  [{ kind: 'top-up-not-paid', key: 'manual-c', actor: 'groschen', at: NOON, leftOn: 27 }],
]

/** Limits in every form, who is in which tier, and upgrade requests with each decision, page by page after those. */
export const limitsKinds: readonly (readonly Entry[])[] = [
  [
    {
      kind: 'limits',
      key: 'limits-1',
      actor: 'olga',
      at: NOON,
      previous: 0,
      settings: {
        tiers: [
          {
            id: 'low',
            name: 'Niedrig ö 漢',
            isArchived: false,
            limits: new Map([
              ['text', credits('100.5')],
              ['image', credits('0')],
            ]),
          },
          { id: 'old', name: 'old', isArchived: true, limits: new Map() },
        ],
        defaultTier: 'low',
        ceilings: [
          {
            id: 'all',
            name: 'All',
            scope: { of: 'account' },
            category: undefined,
            service: undefined,
            window: { kind: 'month' },
            limit: credits('100000'),
          },
          {
            id: 'sales',
            name: 'Sales',
            scope: { of: 'group', group: 'sales' },
            category: 'text',
            service: 'openai/*',
            window: { kind: 'day' },
            limit: credits('0.000001'),
          },
          {
            id: 'each',
            name: 'Each',
            scope: { of: 'group', group: undefined },
            category: undefined,
            service: 'openai/gpt-4o',
            window: { kind: 'week' },
            limit: credits('7'),
          },
          {
            id: 'fair',
            name: 'Fair',
            scope: { of: 'user' },
            category: 'api',
            service: undefined,
            window: { kind: 'cycle', day: 15 },
            limit: credits('8'),
          },
        ],
        levels: [50, 80, 100],
        unknown: { user: 'refuse', category: 'allow', model: 'refuse' },
        stopped: undefined,
        holdsBalance: true,
        tells: { user: true, admins: false },
      },
    },
  ],
  [
    {
      kind: 'limits',
      key: 'limits-2',
      actor: 'olga',
      at: NOON,
      previous: 1,
      settings: {
        tiers: [],
        defaultTier: undefined,
        ceilings: [],
        levels: [],
        unknown: { user: 'allow', category: 'refuse', model: 'allow' },
        stopped: 'a key leaked',
        holdsBalance: false,
        tells: { user: false, admins: true },
      },
    },
  ],
  [
    {
      kind: 'user-tiers',
      key: 'tiers-1',
      actor: 'olga',
      at: NOON,
      part: 2,
      tiers: [
        ['u-1', 'low'],
        ['ö 漢', undefined],
      ],
    },
  ],
  [
    {
      kind: 'upgrade-request',
      key: 'request-1',
      actor: 'u-1',
      at: NOON,
      id: 'r-1',
      user: 'u-1',
      category: 'text',
      window: { key: 'month#2026-11', from: '2026-11-01', to: '2026-12-01' },
      nth: 1,
      wish: { kind: 'tier', tier: 'high' },
      reason: 'more work',
    },
    {
      kind: 'upgrade-request',
      key: 'request-2',
      actor: 'u-2',
      at: NOON,
      id: 'r-2',
      user: 'u-2',
      category: 'image',
      window: { key: 'month#2026-11', from: '2026-11-01', to: '2026-12-01' },
      nth: 2,
      wish: { kind: 'amount', credits: credits('500.25') },
      reason: 'ö 漢',
    },
  ],
  ...(['tier', 'amount', 'nothing'] as const).map((kind, place): readonly Entry[] => [
    {
      kind: 'upgrade-decision',
      key: `decision-${place}`,
      actor: 'olga',
      at: NOON,
      id: `r-${place}`,
      user: 'u-1',
      category: 'text',
      granted:
        kind === 'tier' ? { kind, tier: 'high' } : kind === 'amount' ? { kind, credits: credits('12.5') } : { kind },
      window: { key: 'month#2026-11', from: '2026-11-01', to: '2026-12-01' },
      word: place === 0 ? 'until December' : undefined,
    },
  ]),
]
