import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FolderInUse } from '../../infra/local/errors.ts'
import { holderOf, lockFolder } from '../../infra/local/folder-lock.ts'
import { temporary } from './temporary.ts'

describe('the lock of a data folder', () => {
  test('is held until it is let go, and leaves nothing behind', () => {
    const directory = temporary()
    const unlock = lockFolder(directory)
    expect(holderOf(directory)).toBe(process.pid)
    expect(() => lockFolder(directory)).toThrow(FolderInUse)
    unlock()
    expect(holderOf(directory)).toBeUndefined()
    expect(readdirSync(directory)).toEqual([])
    lockFolder(directory)()
  })

  test.each<[string, () => string]>([
    ['a process that is gone', () => JSON.stringify({ pid: spawnSync(process.execPath, ['-v']).pid, began: '1' })],
    ['a process whose id another one has now', () => JSON.stringify({ pid: process.pid, began: '1' })],
    ['nobody, because it was written half', () => '{"pid":'],
  ])('that is of %s is taken over', (_, left) => {
    const directory = temporary()
    writeFileSync(join(directory, 'lock'), left())
    expect(holderOf(directory)).toBeUndefined()
    const unlock = lockFolder(directory)
    expect(holderOf(directory)).toBe(process.pid)
    unlock()
    expect(readdirSync(directory)).toEqual([])
  })
})
