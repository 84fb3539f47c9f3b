import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a function dies: at its n-th request to a service, from 1, before it is sent or after it was answered. */
export interface CrashPoint {
  readonly call: number
  readonly moment: 'before' | 'after'
}

/** Sets a trap, counting calls anew; `undefined`: none, only count. */
export function arm(folder: string, point: CrashPoint | undefined): void {
  rmSync(callsIn(folder), { recursive: true, force: true })
  mkdirSync(callsIn(folder), { recursive: true })
  writeFileSync(join(folder, 'armed.json'), point === undefined ? '' : JSON.stringify(point))
}

/** The names of the calls since, in their order. */
export const callsOf = (folder: string): readonly string[] =>
  readdirSync(callsIn(folder))
    .sort((a, b) => Number(a) - Number(b))
    .map((number) => readFileSync(join(callsIn(folder), number), 'utf8'))

/**
 * Writes a call down.
 *
 * @returns its number, from 1; no two calls have the same, whichever processes make them at once
 */
export function countCall(folder: string, name: string): number {
  for (let number = 1; ; number += 1) {
    try {
      writeFileSync(join(callsIn(folder), String(number)), name, { flag: 'wx' })
      return number
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

const callsIn = (folder: string): string => join(folder, 'calls')
