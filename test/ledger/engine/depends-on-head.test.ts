import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdjustmentEntry } from '../../../shared/ledger/entries/credit.ts'
import { requestIdentity } from '../../../shared/ledger/entries/identity.ts'
import type { Proposal } from '../../../shared/ledger/io/commit/proposal.ts'
import { readPages } from '../../../shared/ledger/io/log-table.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { charge, inTime, openAccount, usageAt } from '../../world/accounts.ts'
import { writerOn } from '../../world/log-writer.ts'
import { startTables, type Tables } from '../../world/tables.ts'

let tables: Tables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

const NOON = Date.UTC(2026, 10, 23, 12)

/** An adjustment by as many credits as the page before it has for a number, refused after page `last`. */
const numbered = (account: string, key: string, last = Number.POSITIVE_INFINITY): Proposal<string> => ({
  identity: requestIdentity(account, key),
  boundAt: undefined,
  differenceFrom: () => [],
  dependsOnHead: true,
  settle: ({ header: { seq } }) => {
    if (seq > last) return { kind: 'refused', refusal: `page ${seq} stands` }
    const made = { key, actor: 'ada', at: 0, reason: 'Test', reference: undefined, credits: credits(String(seq)) }
    return { kind: 'entry', entry: { kind: 'adjustment', ...made } satisfies AdjustmentEntry }
  },
})

describe('an entry that depends on the head', () => {
  test('was settled for the very page before its own, and stands alone, whoever else writes at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 6 }), async (others) => {
        const account = await openAccount(tables)
        const outcomes = await Promise.all(
          others.map((many, place) => {
            const charges = Array.from({ length: many }, () => charge(usageAt(account, NOON)))
            return writerOn(tables).commit(account, [...charges, numbered(account, `n-${place}`)], inTime)
          }),
        )
        expect(new Set(outcomes.flat().map(({ kind }) => kind))).toEqual(new Set(['committed']))
        for (const { header, entries } of await readPages(
          { documents: tables.documents, name: tables.names.log },
          account,
          { from: 2, to: 99 },
        )) {
          const [first] = entries
          if (entries.every(({ kind }) => kind !== 'adjustment')) continue
          expect(entries).toHaveLength(1)
          expect(first?.kind === 'adjustment' && plain(first.credits)).toBe(String(header.seq - 1))
        }
      }),
      { numRuns: 12 },
    )
  }, 60_000)

  test('is refused after a race that it lost, if it may not follow the winner', async () => {
    const account = await openAccount(tables)
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((key) => writerOn(tables).commit(account, [numbered(account, key, 1)], inTime)),
    )
    expect(
      outcomes
        .flat()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['committed', 'refused', 'refused', 'refused'])
  })

  test('is judged by what others wrote since a warm process last looked', async () => {
    const account = await openAccount(tables)
    const warm = writerOn(tables)
    await warm.commit(account, [charge(usageAt(account, NOON))], inTime)
    await writerOn(tables).commit(account, [charge(usageAt(account, NOON))], inTime)
    expect(await warm.commit(account, [numbered(account, 'late', 2)], inTime)).toEqual([
      { kind: 'refused', refusal: 'page 3 stands' },
    ])
  })
})
