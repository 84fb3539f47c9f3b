import { presets } from '../../pricing/estimates/presets.ts'
import { completeWorkload } from '../../pricing/estimates/workload.ts'

const eur = (amount: string, credits: string) => ({ eur: amount, credits })

const usual = { low: '0.7', expected: '1', high: '1.5' }
const wizards = { low: eur('0.14', '14'), expected: eur('0.20', '20'), high: eur('0.30', '30') }
const images = { low: eur('1.05', '105'), expected: eur('1.50', '150'), high: eur('2.25', '225') }
const chats = { low: eur('3.878', '387.8'), expected: eur('5.54', '554'), high: eur('8.31', '831') }
const runs = { low: '1.4', expected: '2', high: '3' }
const wizard = { category: 'other', service: 'platform/workflow-wizard', quantities: { runs: '1' }, times: runs }

/** The seed page's workday: of its lines, the last one. */
export const workdayExample = {
  assumptions: {
    at: '2026-11-24T08:00:00.000Z',
    rateCard: 1,
    periodDays: '30.42',
    factors: usual,
    workload: presets[0] && completeWorkload(presets[0].workload),
    notes: ['every use is priced as one usage event, by the same rates as it would be charged by'],
  },
  total: { low: eur('5.068', '506.8'), expected: eur('7.24', '724'), high: eur('10.86', '1086') },
  isComplete: true,
  categories: [
    { category: 'text', cost: chats },
    { category: 'image', cost: images },
    { category: 'other', cost: wizards },
  ],
  lines: [{ ...wizard, cost: wizards }],
  unpriced: [],
}

/** Two wizards in thirty days. */
export const historyExample = {
  account: 'acme',
  assumptions: {
    at: '2026-11-24T08:00:00.000Z',
    rateCard: 1,
    periodDays: '30.00',
    factors: usual,
    history: {
      from: '2026-10-25T08:00:00.000Z',
      to: '2026-11-24T08:00:00.000Z',
      growthPercent: '0',
      charges: 2,
      first: '2026-10-26T09:12:00.000Z',
      last: '2026-11-23T16:40:00.000Z',
      charged: eur('0.20', '20'),
      replaced: [{ service: 'openai/gpt-4o', by: 'openai/gpt-4o-mini', charges: 0 }],
    },
    notes: ['the coming days are like the past ones, but for growth'],
  },
  total: wizards,
  isComplete: true,
  categories: [{ category: 'other', cost: wizards }],
  lines: [{ category: 'other', service: 'platform/workflow-wizard', times: runs, cost: wizards }],
  unpriced: [],
  balance: {
    now: eur('10.00', '1000'),
    monthEnd: '2026-11-30T23:00:00.000Z',
    cases: {
      low: { leftAtMonthEnd: eur('9.97', '997') },
      expected: { lastsUntil: '2030-12-31T08:00:00.000Z', leftAtMonthEnd: eur('9.96', '996') },
      high: { lastsUntil: '2029-08-21T08:00:00.000Z', leftAtMonthEnd: eur('9.93', '993') },
    },
  },
}
