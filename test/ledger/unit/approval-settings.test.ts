import { expect, test } from 'vitest'
import { needsApproval, readApprovalSettings } from '../../../shared/approvals/approval-settings.ts'
import { credits } from '../../../shared/money/amounts.ts'

test('a stage that asks for approvals and says no amount means 1,000 €, in either direction', () => {
  const settings = readApprovalSettings({})
  const asked = ['100000', '-100000', '100000.000001', '-100000.000001'].filter((amount) =>
    needsApproval(settings, credits(amount)),
  )
  expect(asked).toEqual(['100000.000001', '-100000.000001'])
})

test('a stage that says nothing asks for none', () => {
  expect(needsApproval(undefined, credits('99999999999999'))).toBe(false)
})

test.each([
  [{ above: 1000 }, 'above'],
  [{ above: '1.000,00' }, 'above'],
  [{ above: '-1' }, 'above'],
  [{ over: '1000' }, 'approvals'],
  ['1000', 'approvals'],
])('%j is refused when the stage is made', (given, place) => {
  expect(() => readApprovalSettings(given)).toThrow(place)
})
