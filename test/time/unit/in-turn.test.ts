import { describe, expect, test } from 'vitest'
import { inTurn } from '../../../shared/time/in-turn.ts'

const soon = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('work in turn', () => {
  test('for one key is done one after another, for another key at once', async () => {
    const turns = inTurn()
    const done: string[] = []
    const work = (name: string) => async () => {
      done.push(`${name} begins`)
      await soon()
      done.push(`${name} ends`)
    }
    await Promise.all([turns('a', work('first')), turns('a', work('second')), turns('b', work('other'))])
    expect(done).toEqual(['first begins', 'other begins', 'first ends', 'second begins', 'other ends', 'second ends'])
  })

  test('that fails holds up nobody, and fails for who gave it alone', async () => {
    const turns = inTurn()
    const failing = turns('a', async () => {
      throw new Error('no')
    })
    const next = turns('a', async () => 'done')
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('done')
  })
})
