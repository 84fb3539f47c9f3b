import { join } from 'node:path'
import { type Instant, instantText } from '../../../shared/time/instant.ts'
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts'

/** What makes the demo of a folder the same demo again after an interruption: all ids and times follow from it. */
export interface DemoState {
  readonly seed: number
  readonly startedAt: string
  readonly course: 'running' | 'finished' | 'left-out'
}

/** Chosen so that the generated usage crosses 10.00 € once and leaves something over. */
const SEED = 20261123

const fileIn = (directory: string): string => join(directory, 'demo.json')

/** The folder's demo, begun at `now` if there was none. */
export async function openDemo(directory: string, now: Instant, isWanted: boolean): Promise<DemoState> {
  const standing = await readJsonFile<DemoState>(fileIn(directory))
  if (standing !== undefined) return standing
  const course = isWanted ? 'running' : 'left-out'
  const state: DemoState = { seed: SEED, startedAt: instantText(now), course }
  await writeJsonFile(fileIn(directory), state)
  return state
}

export async function finishDemo(directory: string, state: DemoState): Promise<void> {
  await writeJsonFile(fileIn(directory), { ...state, course: 'finished' } satisfies DemoState)
}
