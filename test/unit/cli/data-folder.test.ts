import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeDataFolder } from '../../../infra/cli/data-folder.ts'

const place = mkdtempSync(join(tmpdir(), 'groschen-folder-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

describe('the folder for data', () => {
  test('is made, with those above it', async () => {
    const folder = join(place, 'a', 'b')
    await makeDataFolder(folder)
    await makeDataFolder(folder)
    expect(existsSync(folder)).toBe(true)
  })

  test('is no file, and not in one', async () => {
    const file = join(place, 'file')
    writeFileSync(file, '')
    for (const folder of [file, join(file, 'below')])
      await expect(makeDataFolder(folder)).rejects.toMatchObject({
        exitCode: 2,
        message: `--data ${folder} is a file, or lies in one; name a folder`,
      })
  })
})
