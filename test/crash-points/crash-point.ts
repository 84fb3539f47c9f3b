import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a function dies: at its n-th request to a service, from 1, before it is sent or after it was answered. */
export interface CrashPoint {
  readonly call: number
  readonly moment: 'before' | 'after'
}

/** Sets a trap, counting calls anew; `undefined`: none, only count. */
export function arm(folder: string, point: CrashPoint | undefined): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'calls'), '')
  writeFileSync(join(folder, 'armed.json'), point === undefined ? '' : JSON.stringify(point))
}

/** The names of the calls since, in their order. */
export const callsOf = (folder: string): readonly string[] =>
  readFileSync(join(folder, 'calls'), 'utf8').split('\n').slice(0, -1)
