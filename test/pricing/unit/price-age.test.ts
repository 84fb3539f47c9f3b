import { expect, test } from 'vitest'
import { isOutdated } from '../../../shared/pricing/rates/basis.ts'

const at = (time: string): number => Date.parse(time)

test.each([
  ['2026-11-20', '2027-02-18T23:59:59.999Z', false],
  ['2026-11-20', '2027-02-19T00:00:00.000Z', true],
  ['2026-11-20', '2026-11-20T00:00:00.000Z', false],
  [undefined, '2027-02-19T00:00:00.000Z', false],
])('a list price as of %s is outdated at %s: %s', (asOf, now, isOld) => {
  expect(isOutdated(asOf === undefined ? {} : { asOf }, at(now))).toBe(isOld)
})
