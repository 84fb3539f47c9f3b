import { describe, expect, test } from 'vitest'
import { chunkOf, fitsChunk, generationFor, splitByChunk } from '../../../shared/folds/chunks.ts'
import { mergeSpends, type Spends, spendsText } from '../../../shared/folds/user-spend.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { pack } from '../../../shared/store/pack.ts'
import { categories } from '../../../shared/usage/meters.ts'

const DAYS = Array.from({ length: 31 }, (_, day) => String(day + 1).padStart(2, '0'))
const LONGEST = credits('12345678901234.987654321098765432123456')

/** Users with everything a user can have. */
const busyUsers = (count: number): Spends =>
  new Map(
    Array.from({ length: count }, (_, user) => [
      `u-${user}`,
      {
        categories: new Map(categories.map((category) => [category, LONGEST])),
        days: new Map(DAYS.map((day) => [day, LONGEST])),
      },
    ]),
  )

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
      const more = mergeSpends(users, new Map([[user, spend]]))
      if (!fitsChunk(more)) break
      users = more
    }
    expect(users.size).toBeGreaterThan(30)
    expect(pack(spendsText(users)).length).toBeLessThanOrEqual(32 * 1024)
  })

  test('the generation of some users is the same whether they came at once or one by one', () => {
    let generation = 1
    let users: Spends = new Map()
    for (const [user, spend] of busyUsers(300)) {
      users = mergeSpends(users, new Map([[user, spend]]))
      generation = generationFor(users, generation)
    }
    expect(generation).toBe(generationFor(busyUsers(300), 1))
    expect(generation).toBeGreaterThan(3)
    expect([...splitByChunk(busyUsers(300), generation - 1).values()].every(fitsChunk)).toBe(false)
  })
})
