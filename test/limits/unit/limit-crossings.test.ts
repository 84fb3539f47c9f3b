import { describe, expect, test } from 'vitest'
import {
  type LimitStanding,
  limitCrossings,
  type Standings,
  standingKey,
} from '../../../shared/limits/told/limit-events.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { windowOf } from '../../../shared/time/window.ts'

const standing = (limit: string, spent: string): LimitStanding => ({
  limit: {
    key: 'tier#text',
    source: { kind: 'tier', id: 'low' },
    scope: { of: 'user', user: 'u-17' },
    selector: { category: 'text', service: undefined },
    window: windowOf({ kind: 'month' }, '2026-11-24'),
    limit: credits(limit),
  },
  spent: credits(spent),
})
const standings = (...all: readonly LimitStanding[]): Standings =>
  new Map(all.map((one) => [standingKey(one.limit), one]))

const DEFAULT = [50, 80, 100]
type Place = readonly [limit: string, spent: string] | undefined

function told(before: Place, after: Place, levels = { before: DEFAULT, after: DEFAULT }): readonly (string | number)[] {
  const of = (place: Place) => (place === undefined ? standings() : standings(standing(...place)))
  return limitCrossings(of(before), of(after), levels).map((one) => (one.kind === 'cleared' ? 'cleared' : one.level))
}

describe('a level of a limit', () => {
  test.each<[string, Place, Place, readonly (string | number)[]]>([
    ['is not told below it', ['500', '0'], ['500', '249.999'], []],
    ['is told when it is reached exactly', ['500', '0'], ['500', '250'], [50]],
    ['is told once: further spend below the next level tells nothing', ['500', '250'], ['500', '399'], []],
    ['is told alone when one page passes several: the highest', ['500', '0'], ['500', '450'], [80]],
    ['of the whole is told at 100 %, and beyond it nothing more', ['500', '499'], ['500', '501'], [100]],
    ['beyond the whole is told no more', ['500', '501'], ['500', '900'], []],
    ['is told when the limit is lowered below what is spent', ['500', '300'], ['200', '300'], [100]],
    ['of a limit that is raised is told as cleared', ['500', '500'], ['1000', '500'], ['cleared']],
    ['that still holds after a raise is not told again', ['500', '500'], ['600', '500'], ['cleared']],
    ['is told again once the raised limit comes to it', ['1000', '500'], ['1000', '800'], [80]],
    ['of a re-rating that gives back is told as cleared', ['500', '510'], ['500', '480'], ['cleared']],
    ['below the whole is not told as cleared', ['500', '410'], ['500', '300'], []],
    ['of a new limit counts what was spent before it', undefined, ['500', '410'], [80]],
    ['of a limit that is gone is told as cleared where it was the whole', ['500', '500'], undefined, ['cleared']],
    ['of a limit that is gone below it is nothing', ['500', '400'], undefined, []],
    ['of nothing is reached by the first spend alone', ['0', '0'], ['0', '0.001'], [100]],
    ['of nothing is not reached by nothing', undefined, ['0', '0'], []],
  ])('%s', (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected)
  })

  test('that is added is told where it is reached already, those that stood are not', () => {
    expect(told(['500', '400'], ['500', '400'], { before: DEFAULT, after: [50, 75, 80, 100] })).toEqual([])
    expect(told(['500', '390'], ['500', '390'], { before: DEFAULT, after: [50, 75, 80, 100] })).toEqual([75])
  })

  test('that was taken away is told no more', () => {
    expect(told(['500', '0'], ['500', '500'], { before: [50], after: [50] })).toEqual([50])
  })
})
