import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBody, pack } from '../../../shared/ledger/io/page-item.ts'
import { PAGE_BODY_BYTES } from '../../../shared/ledger/page/page.ts'
import { assignmentParts, readAssignmentsCsv } from '../../../shared/limits/settings/plan-assignments.ts'
import { nameSchema } from '../../../shared/usage/text.ts'

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => nameSchema.safeParse(text).success && text === text.trim())
const tier = fc.constantFrom('low', 'medium', '')
const rows = fc.array(fc.tuple(name, tier), { minLength: 1, maxLength: 30 })

describe('a table of assignments', () => {
  test.each([',', ';'])('is read as a spreadsheet wrote it, with %s between', (delimiter) => {
    fc.assert(
      fc.property(rows, (table) => {
        const text = stringify([['user', 'tier'], ...table], { delimiter, record_delimiter: 'windows', bom: true })
        expect(readAssignmentsCsv(text)).toEqual({
          assignments: table.map(([user, to], place) => ({ line: place + 2, user, tier: to === '' ? undefined : to })),
          faults: [],
        })
      }),
    )
  })

  test('of any text at all is read, or says in which lines not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { assignments, faults } = readAssignmentsCsv(text)
        expect(assignments.length + faults.length).toBeGreaterThan(0)
        for (const { line } of [...assignments, ...faults]) expect(line).toBeGreaterThan(0)
      }),
    )
  })
})

test('entries of assignments have every user once, in order, and each fits a page, whatever users are called', () => {
  const long = fc.string({ unit: 'binary', minLength: 1, maxLength: 64 })
  const wanted = fc.array(fc.record({ user: fc.oneof(name, long), tier: fc.constantFrom('low', undefined) }), {
    maxLength: 2000,
    size: 'max',
  })
  fc.assert(
    fc.property(wanted, (all) => {
      const assignments = all.map((one, place) => ({ ...one, line: place }))
      const parts = assignmentParts(assignments)
      expect(parts.flat()).toEqual(assignments)
      for (const part of parts) {
        const tiers = part.map((one) => [one.user, one.tier] as const)
        const entry = { kind: 'user-tiers', key: 'k', actor: 'a', at: 0, part: 1, tiers } as const
        expect(pack(encodeBody([entry])).length).toBeLessThanOrEqual(PAGE_BODY_BYTES)
      }
    }),
    { numRuns: 20 },
  )
})
