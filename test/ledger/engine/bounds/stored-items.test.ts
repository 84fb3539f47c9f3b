import type { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { putBilling } from '../../../../shared/billing/io/billing-details-table.ts'
import { HeldTable } from '../../../../shared/held/io/held-table.ts'
import { claimRequest, recordAnswer } from '../../../../shared/http/io/requests-table.ts'
import type { Entry } from '../../../../shared/ledger/entries/entries.ts'
import { type Ceiling, standardLimits } from '../../../../shared/ledger/entries/limit-settings.ts'
import { putAccount } from '../../../../shared/ledger/io/accounts-table.ts'
import { appendPage } from '../../../../shared/ledger/io/log-table.ts'
import { emptyGate, type Hold, isFull, takeHold } from '../../../../shared/limits/gates/gate.ts'
import type { Reservation } from '../../../../shared/limits/gates/reservation.ts'
import { putGate, putReservation, readGate } from '../../../../shared/limits/io/gates-table.ts'
import { fileUpgrade } from '../../../../shared/limits/requests/file-upgrade.ts'
import { type LimitsState, limitsText, noLimitsYet } from '../../../../shared/limits/settings/limits-state.ts'
import { credits, euros } from '../../../../shared/money/amounts.ts'
import { claimNotice } from '../../../../shared/notices/io/notices-table.ts'
import { putContact } from '../../../../shared/notices/io/user-contacts-table.ts'
import type { Taking } from '../../../../shared/payments/payment.ts'
import { publishedCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { putDraft } from '../../../../shared/pricing/io/drafts-table.ts'
import { putRateCard, readCatalogue } from '../../../../shared/pricing/io/rates-table.ts'
import type { PublishedRate } from '../../../../shared/pricing/rates/rate.ts'
import { moveCursor, readPart, writePart } from '../../../../shared/spend/io/snapshots-table.ts'
import { putTopUp, readTopUp } from '../../../../shared/top-ups/io/top-ups-table.ts'
import { MOST_TAKINGS } from '../../../../shared/top-ups/payment-refund.ts'
import { itemSize, type WireItem } from '../../../bench/wire/item-size.ts'
import { creditedTopUp } from '../../../world/example-top-up.ts'
import { largeText } from '../../../world/large-text.ts'
import { assigned, limited } from '../../../world/limit-entries.ts'
import { logOf, NOON, opened } from '../../../world/pages.ts'
import { startTables, type TableName, type Tables } from '../../../world/tables.ts'

/** AWS: with its names, as DynamoDB counts. */
const ITEM_BYTES = 400 * 1024

let tables: Tables
/** Of every item that was put since the last test began. */
let sizes: number[] = []
beforeAll(async () => {
  tables = await startTables()
  tables.documents.middlewareStack.add(
    (next) => (args) => {
      const { Item } = args.input as { readonly Item?: Readonly<Record<string, unknown>> }
      const { ExpressionAttributeValues: set } = args.input as UpdateCommand['input']
      const item = Item ?? (args.input instanceof Object && 'UpdateExpression' in args.input ? set : undefined)
      if (item !== undefined) sizes.push(sizeOf(item))
      return next(args)
    },
    { step: 'initialize', name: 'measure' },
  )
})
afterAll(() => tables.stop())

function sizeOf(item: Readonly<Record<string, unknown>>): number {
  const wire = marshall(item, { removeUndefinedValues: true }) as unknown as WireItem
  return itemSize(withBase64(wire) as WireItem)
}

/** As it goes over the wire, where bytes are texts. */
const withBase64 = (value: unknown): unknown =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString('base64')
    : Array.isArray(value)
      ? value.map(withBase64)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withBase64(one)]))
        : value

const table = (name: TableName) => new Table(tables.documents, tables.names[name])

const NAME = 128
const SENTENCE = 500

const largestCeiling = (n: number): Ceiling => ({
  id: `c-${n}`.padEnd(63, '0'),
  name: largeText(NAME),
  scope: { of: 'group', group: largeText(NAME) },
  category: 'text',
  service: `${largeText(63)}/${largeText(64)}`,
  window: { kind: 'month' },
  limit: credits('1'),
})
const largestSettings = () => ({
  tiers: Array.from({ length: 50 }, (_, n) => ({
    id: `t-${n}`.padEnd(63, '0'),
    name: largeText(NAME),
    isArchived: false,
    limits: new Map((['text', 'image', 'api', 'other'] as const).map((one) => [one, credits('99999999999999')])),
  })),
  ceilings: Array.from({ length: 200 }, (_, n) => largestCeiling(n)),
  stopped: largeText(SENTENCE),
})

const append = async (account: string, ...entries: readonly Entry[]) => {
  for (const page of logOf(account, [opened()], entries)) await appendPage(table('log'), page)
}

const hold = (n: number): Hold => ({
  id: `r-${String(n).padStart(22, '0')}`,
  credits: credits('12345678901234.123456789012345678901234'),
  expiresAt: NOON,
  category: 'other',
  service: largeText(NAME),
  takenAt: 1_000_000,
})
const reservation = (): Reservation => ({
  id: 'r-1',
  account: 'a'.repeat(63),
  user: largeText(NAME),
  group: largeText(NAME),
  category: largeText(NAME),
  service: largeText(NAME),
  credits: credits('1'),
  expiresAt: NOON,
  takenAt: 1,
  epoch: 0,
  scopes: [{ of: 'user', user: largeText(NAME) }, { of: 'group', group: largeText(NAME) }, { of: 'account' }],
  state: { kind: 'open' },
})

const takings = (count: number): readonly Taking[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `re_${n}`.padEnd(255, '0'),
    cause: 'refund' as const,
    amount: euros('0.01'),
    at: NOON,
  }))

function fullOfRequests(): LimitsState {
  let state: LimitsState = { ...noLimitsYet, version: 7, settings: { ...standardLimits, ...largestSettings() } }
  const settings = { ...state.settings, tiers: [...standardLimits.tiers, ...state.settings.tiers], defaultTier: 'low' }
  state = { ...state, settings }
  for (let n = 0; ; n += 1) {
    const asked = {
      ...({ id: `r-${n}`, user: largeText(NAME), category: 'text', reason: largeText(SENTENCE), at: NOON } as const),
      wish: { kind: 'tier', tier: 'high' } as const,
    }
    const filing = fileUpgrade(state, 'low', asked, '2026-11-23')
    if (filing.kind !== 'filed') return state
    const decided = { granted: asked.wish, decidedBy: 'k'.repeat(NAME) }
    state = { ...state, requests: [...state.requests, { ...filing.request, ...decided }] }
  }
}

const rate = (n: number): PublishedRate =>
  ({
    service: `${largeText(60)}/${n}`,
    meter: 'input_tokens',
    per: '1000000',
    price: '3',
    currency: 'EUR',
    variant: Object.fromEntries(Array.from({ length: 4 }, (_, key) => [`v${key}`, largeText(NAME)])),
  }) as unknown as PublishedRate
const cardOf = (count: number) =>
  publishedCard(
    {
      version: 1,
      effectiveFrom: 0,
      publishedAt: 0,
      hash: 'h'.repeat(64),
      note: largeText(SENTENCE),
      actor: largeText(NAME),
      key: 'k',
      priceNeutralVariants: undefined,
    },
    Array.from({ length: count }, (_, n) => rate(n)),
    [],
  )

const incompressible = (bytes: number): string => largeText(Math.ceil(bytes / 2.5))

interface Stored {
  /** What is stored, and the bound that its writer keeps. */
  readonly what: string
  /** Fills it to its bound, and one beyond where a caller can ask for that. */
  readonly fill: () => Promise<unknown>
}

const stored: readonly Stored[] = [
  {
    what: 'a page of the largest limits: 50 tiers, 200 ceilings',
    fill: () => append('limits', limited(largestSettings())),
  },
  {
    what: 'a page of 500 users that come into tiers, the most of one entry',
    fill: () =>
      append(
        'tiers',
        assigned(Object.fromEntries(Array.from({ length: 500 }, () => [largeText(NAME), 't'.repeat(63)]))),
      ),
  },
  {
    what: 'limits of a snapshot: the largest settings, and requests until one is refused',
    fill: async () => {
      const text = limitsText(fullOfRequests())
      await writePart(table('snapshots'), 'acme', 'limits', undefined, { seq: 1, text })
      expect(await readPart(table('snapshots'), 'acme', 'limits')).toEqual({ seq: 1, text })
    },
  },
  {
    what: 'a part of a snapshot of 3 MB: pieces',
    fill: () =>
      writePart(table('snapshots'), 'acme', 'user-tiers#1', undefined, { seq: 1, text: incompressible(3_000_000) }),
  },
  {
    what: 'a cursor',
    fill: () =>
      moveCursor(table('snapshots'), 'acme', undefined, { seq: 1, hash: 'h'.repeat(64), timeZone: 'Europe/Berlin' }),
  },
  {
    what: 'a gate: holds of the longest names until it is full',
    fill: async () => {
      let gate = emptyGate
      for (let n = 0; !isFull(gate, `r-${n}`); n += 1) gate = takeHold(gate, hold(n))
      expect(gate.holds.length).toBeGreaterThan(400)
      expect((await putGate(table('gates'), 'acme', 0, gate, NOON)).kind).toBe('put')
      expect((await readGate(table('gates'), 'acme')).value.holds).toEqual(gate.holds)
    },
  },
  {
    what: 'a gate: 2,000 holds of usual names',
    fill: async () => {
      let gate = emptyGate
      for (let n = 0; !isFull(gate, `r-${n}`); n += 1)
        gate = takeHold(gate, { ...hold(n), service: 'openai/gpt-4o-mini' })
      expect(gate.holds).toHaveLength(2000)
      await putGate(table('gates'), 'usual', 0, gate, NOON)
    },
  },
  { what: 'a reservation', fill: () => putReservation(table('gates'), 0, reservation()) },
  {
    what: 'a rate card of 1,200 lines of 2 KB each',
    fill: async () => {
      expect(await putRateCard(table('rates'), cardOf(1200))).toBe('published')
      expect((await readCatalogue(table('rates'), NOON)).cards[0]?.rates).toHaveLength(1200)
    },
  },
  {
    what: 'a quarantined event of 1 MiB, with the longest names',
    fill: () =>
      new HeldTable(tables.documents, tables.names.held).shelve({
        kind: 'quarantined',
        reason: 'event.schema',
        path: `/${largeText(NAME)}`,
        detail: largeText(SENTENCE),
        original: incompressible(1024 * 1024),
        messageId: 'm',
        index: 0,
        heldAt: NOON,
        sentAt: NOON,
        names: { account: 'acme', source: largeText(256), id: largeText(256), service: largeText(NAME) },
      }),
  },
  {
    what: `a top-up with ${MOST_TAKINGS} refunds`,
    fill: async () => {
      await putTopUp(table('top_ups'), creditedTopUp({ takings: takings(MOST_TAKINGS) }))
      const { account, id } = creditedTopUp()
      expect((await readTopUp(table('top_ups'), account, id))?.takings).toHaveLength(MOST_TAKINGS)
    },
  },
  ...[250_000, 3_000_000].map((bytes) => ({
    what: `an answer to a request of ${bytes} bytes: beyond 256 KB it is not kept`,
    fill: async () => {
      const claim = { key: `k${bytes}`, fingerprint: 'f'.repeat(64), attempt: 'a' }
      await claimRequest(table('requests'), claim, NOON)
      await recordAnswer(table('requests'), claim, { status: 200, body: JSON.stringify(incompressible(bytes)) })
      const { kind } = await claimRequest(table('requests'), { ...claim, attempt: 'b' }, NOON)
      expect(kind).toBe(bytes < 256 * 1024 ? 'answered' : 'ours')
    },
  })),
  {
    what: 'a draft of a rate card of 4 MB: pieces',
    fill: () =>
      putDraft(
        table('drafts'),
        { id: 'd', revision: 1, note: largeText(SENTENCE), actor: largeText(NAME), editedAt: NOON, content: 'c' },
        incompressible(4_000_000),
      ),
  },
  {
    what: 'an account',
    fill: () =>
      putAccount(table('accounts'), {
        account: 'a'.repeat(63),
        name: largeText(NAME),
        timeZone: 'America/Argentina/ComodRivadavia',
        currency: 'EUR',
        lowBalanceLevels: Array.from({ length: 20 }, () => credits('12345678901234.123456')),
        openedAt: NOON,
        actor: largeText(256),
        key: 'k'.repeat(NAME),
      }),
  },
  {
    what: 'billing details',
    fill: () =>
      putBilling(table('accounts'), {
        account: 'a'.repeat(63),
        version: 1,
        company: largeText(200),
        actor: largeText(256),
        savedAt: NOON,
        address: {
          lines: [largeText(200), largeText(200)],
          postcode: largeText(32),
          city: largeText(200),
          country: 'DE',
        },
        vatId: 'D'.repeat(20),
        email: `${'e'.repeat(250)}@x`,
        purchaseReference: largeText(200),
        language: 'de',
      }),
  },
  {
    what: 'how a user is reached',
    fill: () =>
      putContact(
        table('accounts'),
        'a'.repeat(63),
        largeText(NAME),
        { version: undefined, email: `${'e'.repeat(250)}@x`, language: 'de' },
        'v',
      ),
  },
  {
    what: 'a claim of a notice of the longest id',
    fill: () =>
      claimNotice(
        table('notices'),
        `${'a'.repeat(63)}#${largeText(NAME)}#${largeText(NAME)}#${largeText(NAME)}`,
        'webhook',
        NOON,
      ),
  },
]

describe('what is stored, filled to its bound and one beyond, fits into an item of DynamoDB', () => {
  test.each(stored)('$what', { timeout: 120_000 }, async ({ fill }) => {
    sizes = []
    await fill()
    expect(sizes.length).toBeGreaterThan(0)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(ITEM_BYTES)
  })
})
