import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFinal, mayBecome, moves } from '../../../shared/top-ups/moves.ts'
import { topUpStatuses } from '../../../shared/top-ups/top-up.ts'

const status = fc.constantFrom(...topUpStatuses)

test('the moves of a top-up are these and no others', () => {
  expect(Object.entries(moves).map(([from, to]) => `${from}: ${to.join(' ')}`)).toEqual([
    'wanted: paying needs-action skipped failed paid',
    'paying: needs-action processing paid skipped failed',
    'needs-action: processing paid failed',
    'processing: needs-action paid failed',
    'failed: paid',
    'skipped: paid',
    'paid: credited',
    'credited: refunded disputed',
    'refunded: disputed',
    'disputed: ',
  ])
})

test('a late word of the provider never takes back what was credited', () => {
  for (const late of ['processing', 'failed', 'paying', 'needs-action', 'skipped'] as const)
    for (const done of ['credited', 'refunded', 'disputed'] as const) expect(mayBecome(done, late)).toBe(false)
})

test('wherever it goes, it never comes back to before it was paid', () => {
  fc.assert(
    fc.property(fc.array(status, { maxLength: 12 }), (wanted) => {
      let [at, isPaid] = ['wanted' as (typeof topUpStatuses)[number], false]
      for (const next of wanted) {
        if (!mayBecome(at, next)) continue
        at = next
        isPaid ||= at === 'paid' || at === 'credited'
        if (isPaid) expect(['paid', 'credited', 'refunded', 'disputed']).toContain(at)
      }
    }),
  )
})

test('everything that is not final can still get on', () => {
  for (const one of topUpStatuses) if (!isFinal(one)) expect(moves[one].length).toBeGreaterThan(0)
})
