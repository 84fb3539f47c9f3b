import { describe, expect, test } from 'vitest'
import { pack } from '../../../shared/ledger/io/page-item.ts'
import { credits, sumOf } from '../../../shared/money/amounts.ts'
import { chunkOf, fitsChunk, generationFor, splitByChunk } from '../../../shared/spend/chunks.ts'
import { mergeSpends, type Spend, type Spends, spendsText, USER_ROOM_BYTES } from '../../../shared/spend/spend.ts'
import { OTHERS } from '../../../shared/spend/tally.ts'
import { categories } from '../../../shared/usage/meters.ts'

const DAYS = Array.from({ length: 31 }, (_, day) => String(day + 1).padStart(2, '0'))
const LONGEST = '12345678901234.987654321098765432123456'

const spendOn = (services: readonly string[]): Spend =>
  new Map(
    services.flatMap((service) =>
      categories.map((category) => [
        `${category} ${service}`,
        { category, service, days: new Map(DAYS.map((day) => [day, LONGEST])) },
      ]),
    ),
  )

/** Users who spend on one service, in every category, each day. */
const busyUsers = (count: number): Spends =>
  new Map(Array.from({ length: count }, (_, user) => [`u-${user}`, spendOn(['openai/gpt-4o'])]))

describe('chunks of users', () => {
  test('the first generation has one chunk, each next one twice as many, by the first bits of SHA-256', () => {
    // printf u-17 | sha256sum: 9370e9b2…
    expect([1, 2, 3, 9].map((generation) => chunkOf('u-17', generation))).toEqual([0, 0b1, 0b10, 0x93])
  })

  test('a split keeps every user, in the half that its chunk became', () => {
    const users = busyUsers(100)
    const halves = splitByChunk(users, 2)
    expect([...halves.values()].reduce((sum, half) => sum + half.size, 0)).toBe(100)
    for (const [half, spends] of halves) for (const user of spends.keys()) expect(chunkOf(user, 3) >> 1).toBe(half)
  })

  test('a chunk that fits is at most 32 KB packed', () => {
    let users: Spends = new Map()
    for (const [user, spend] of busyUsers(1000)) {
      const more = mergeSpends(users, new Map([[user, spend]]), USER_ROOM_BYTES)
      if (!fitsChunk(more)) break
      users = more
    }
    expect(users.size).toBeGreaterThan(10)
    expect(pack(spendsText(users)).length).toBeLessThanOrEqual(32 * 1024)
  })

  test('a user fits by itself, whatever it spends on: what has no room is counted all the same', () => {
    const services = Array.from({ length: 300 }, (_, n) => `${'ä'.repeat(60)}/${String(n)}`)
    const all = spendOn(services)
    const kept = mergeSpends(new Map(), new Map([['u-1', all]]), USER_ROOM_BYTES)
    expect(fitsChunk(kept)).toBe(true)
    const sum = (spend: Spend) => sumOf([...spend.values()].flatMap(({ days }) => [...days.values()].map(credits)))
    expect(sum(kept.get('u-1')!)).toEqual(sum(all))
    expect(kept.get('u-1')!.get(`text ${OTHERS}`)?.days.size).toBe(31)
  })

  test('the generation of some users is the same whether they came at once or one by one', () => {
    let generation = 1
    let users: Spends = new Map()
    for (const [user, spend] of busyUsers(300)) {
      users = mergeSpends(users, new Map([[user, spend]]), USER_ROOM_BYTES)
      generation = generationFor(users, generation)
    }
    expect(generation).toBe(generationFor(busyUsers(300), 1))
    expect(generation).toBeGreaterThan(3)
    expect([...splitByChunk(busyUsers(300), generation - 1).values()].every(fitsChunk)).toBe(false)
  })
})
