import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a function dies: at its n-th request to a service, from 1, before it is sent or after it was answered. */
export interface CrashPoint {
  readonly call: number
  readonly moment: 'before' | 'after'
}

/** What a trap's folder says; calls are counted in a folder of each setting. */
interface Setting {
  readonly calls: string
  /** `undefined`: none, only count. */
  readonly point?: CrashPoint
}

/** Sets a trap, counting calls anew; `undefined`: none, only count. Whoever calls at this moment finds the one setting or the other. */
export function arm(folder: string, point: CrashPoint | undefined): void {
  const calls = join(folder, `calls-${randomUUID()}`)
  mkdirSync(calls, { recursive: true })
  const setting: Setting = { calls, ...(point !== undefined && { point }) }
  const written = join(calls, 'setting.json')
  writeFileSync(written, JSON.stringify(setting))
  renameSync(written, settingIn(folder))
}

/** The names of the calls since, in their order. */
export function callsOf(folder: string): readonly string[] {
  const { calls } = readSetting(folder)
  return readdirSync(calls)
    .sort((a, b) => Number(a) - Number(b))
    .map((number) => readFileSync(join(calls, number), 'utf8'))
}

/**
 * Writes a call down.
 *
 * @returns its number, from 1, and where the trap is set; no two calls have the same number, whichever processes make them at once
 */
export function countCall(
  folder: string,
  name: string,
): { readonly number: number; readonly point: CrashPoint | undefined } {
  const { calls, point } = readSetting(folder)
  for (let number = 1; ; number += 1) {
    try {
      writeFileSync(join(calls, String(number)), name, { flag: 'wx' })
      return { number, point }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

const settingIn = (folder: string): string => join(folder, 'setting.json')
const readSetting = (folder: string): Setting => JSON.parse(readFileSync(settingIn(folder), 'utf8')) as Setting
