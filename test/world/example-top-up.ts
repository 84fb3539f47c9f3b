import { credits, euros } from '../../shared/money/amounts.ts'
import { parseInstant } from '../../shared/time/instant.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'

/** 23:30 UTC: the next day in Berlin. */
const at = parseInstant('2026-11-23T23:30:00Z')!

/** A purchase that was paid and credited. */
export const creditedTopUp = (changes: Partial<TopUp> = {}): TopUp => ({
  account: 'acme',
  id: 'manual-9fJ2mQ0sXbA1',
  origin: { kind: 'manual', key: 'k', actor: 'olga', by: 'method' },
  status: 'credited',
  reason: undefined,
  declineCode: undefined,
  declines: 0,
  credits: credits('100000'),
  price: {
    net: euros('1000.00'),
    discount: euros('50.00'),
    fee: euros('0'),
    tax: euros('180.50'),
    total: euros('1130.50'),
  },
  customer: 'cus_1',
  method: 'pm_1',
  payment: 'pi_1',
  checkout: undefined,
  askedAt: at,
  begunAt: at,
  paidWith: 'visa 4242',
  paidAt: at,
  page: 17,
  takings: [],
  takenBack: 0,
  nextTry: undefined,
  billing: 1,
  language: 'de',
  createdAt: at,
  updatedAt: at,
  version: 4,
  ...changes,
})
