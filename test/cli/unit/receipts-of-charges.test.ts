import { describe, expect, test } from 'vitest'
import { receiptLines, receiptOf } from '../../../infra/cli/lib/log/receipt.ts'
import type { ChargeEntry } from '../../../shared/ledger/entries/charge.ts'
import { credits } from '../../../shared/money/amounts.ts'
import type { Quantities } from '../../../shared/usage/quantities.ts'
import { noVariant } from '../../../shared/usage/variant.ts'
import { cardOf, rate, seedRates, used } from '../../world/cards.ts'

const chargeOf = (quantities: Quantities, amount: string, more: Partial<ChargeEntry> = {}): ChargeEntry => ({
  kind: 'charge',
  source: '/chat',
  id: 'one',
  time: 1,
  user: 'u',
  group: undefined,
  category: 'text',
  service: 'openai/gpt-4o',
  variant: noVariant,
  quantities,
  reservation: undefined,
  rateCard: 1,
  boundAt: undefined,
  credits: credits(amount),
  ...more,
})

describe('the receipt of a charge in the log', () => {
  test('has the price of the tier that was reached, as its costs have', () => {
    const tiered = {
      ...rate('a/b', 'pages', '1'),
      tiers: [{ above: '10', price: '0.50' }],
      tiersBy: { scope: 'event' as const, meters: ['pages' as const] },
    }
    const receipt = receiptOf('acme', chargeOf(used(['pages', '12']), '600', { service: 'a/b' }), [cardOf([tiered])])
    expect(receipt.rows).toMatchObject([{ price: '0.5', above: '10', cost: { eur: '6.00' } }])
    expect(receiptLines(receipt)[2]).toMatch(/^pages +12 +0\.50 € each +6\.0000 € +600\.00$/)
  })

  const chat = used(['input_tokens', '523'], ['output_tokens', '1247'], ['tool_calls', '2'])

  test.each([
    [
      'another amount',
      chargeOf(chat, '2.66'),
      'is 0.0266 € (2.66 credits) in the log; version 1 of the rate card comes to 0.026533 € (2.6533 credits)',
    ],
    [
      'a meter without a price',
      chargeOf(used(['pages', '1']), '1'),
      'version 1 of the rate card has no price for pages of openai',
    ],
    ['an unknown version', chargeOf(chat, '2.6533', { rateCard: 7 }), 'version 7 of the rate card is not there'],
  ])('is refused for %s, and says what the card gives', (_, charge, why) => {
    expect(() => receiptOf('acme', charge, [cardOf(seedRates)])).toThrow(why)
  })
})
