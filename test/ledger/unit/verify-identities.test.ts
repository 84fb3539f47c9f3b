import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdentitySorter } from '../../../infra/cli/lib/verify/identities.ts'
import { usageIdentity } from '../../../shared/ledger/entries/charge.ts'
import { doublesIn, RECORD_BYTES, writeRecord } from '../../../shared/ledger/verify/verify-identities.ts'

const identity = (id: string) => usageIdentity({ source: '/a', id })
const place = (seq: number) => ({ account: 3, seq, position: seq * 2 })

test('an identity that stands in three places is told twice, each time with its first place', () => {
  const records = new Uint8Array(4 * RECORD_BYTES)
  for (const [n, id] of ['x', 'y', 'x', 'x'].entries()) writeRecord(records, n * RECORD_BYTES, identity(id), place(n))
  expect(doublesIn(records)).toEqual([
    { first: place(0), second: place(2) },
    { first: place(0), second: place(3) },
  ])
})

test('as many identities as there may be are sorted through files, however few fit into memory', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (ids, atOnce) => {
      const firsts = new Map<number, number>()
      const expected: string[] = []
      const sorter = new IdentitySorter(atOnce)
      for (const [n, id] of ids.entries()) {
        sorter.add(identity(String(id)), place(n))
        const first = firsts.get(id)
        if (first === undefined) firsts.set(id, n)
        else expected.push(`${first} ${n}`)
      }
      const found = [...sorter.doubles()].map(({ first, second }) => `${first.seq} ${second.seq}`)
      sorter.close()
      expect(found.sort()).toEqual(expected.sort())
    }),
    { numRuns: 20 },
  )
})
