import { expect, test } from 'vitest'
import knownOffenders from './house/known-offenders.json' with { type: 'json' }
import { RULES } from './house/rules.ts'
import { readSources } from './house/sources.ts'

/** Offenders from before the rule. The list only gets shorter. */
const KNOWN: Readonly<Record<string, readonly string[]>> = knownOffenders

const sources = readSources()

test.for(Object.entries(RULES))('%s', ([sentence, rule]) => {
  const known = KNOWN[sentence] ?? []
  const offenders = [...new Set(rule(sources))]
  expect(offenders.filter((one) => !known.includes(one))).toEqual([])
  expect(
    known.filter((one) => !offenders.includes(one)),
    'known offenders that are none any more',
  ).toEqual([])
})

test('the list of known offenders names rules of the house', () => {
  expect(Object.keys(KNOWN).filter((sentence) => RULES[sentence] === undefined)).toEqual([])
})
