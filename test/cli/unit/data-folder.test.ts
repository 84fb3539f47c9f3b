import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeDataFolder, requireData } from '../../../infra/cli/lib/data-folder.ts'

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

  test('that was mistyped holds no data: it is said so, with the status of a misuse, and nothing is made', () => {
    const folder = join(place, 'typo')
    expect(() => requireData(folder)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(`${folder} holds no data of a stack`) }),
    )
    expect(existsSync(folder)).toBe(false)
  })

  test('holds data once a stack has run on it', () => {
    const folder = join(place, 'used')
    for (const part of ['dynamodb', 'cdk.out']) mkdirSync(join(folder, part), { recursive: true })
    writeFileSync(join(folder, 'cdk.out', 'manifest.json'), '{}')
    expect(() => requireData(folder)).not.toThrow()
  })
})
