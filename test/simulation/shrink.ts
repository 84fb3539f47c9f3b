import { simplificationNames } from './simplifications.ts'
import type { Recipe, Simulator } from './simulate.ts'
import type { HistoryResult } from './world/history.ts'

export interface Shrunk {
  readonly recipe: Recipe
  readonly result: HistoryResult
  readonly runs: number
}

/** A failure that needs so few faults is read fault by fault. */
const FAULTS_WORTH_LISTING = 400

/**
 * Looks for a shorter history that breaks the same rule: half of the events, whole kinds of trouble left out, then
 * fewer and fewer of the faults that are left.
 */
export async function shrink(
  simulator: Simulator,
  failed: Recipe,
  first: HistoryResult,
  most: number,
): Promise<Shrunk> {
  const rule = first.findings[0]?.rule
  let [recipe, result, runs] = [failed, first, 0]
  const holds = async (candidate: Recipe): Promise<boolean> => {
    if (runs >= most) return false
    runs += 1
    const found = await simulator.run(candidate).catch(() => undefined)
    if (found === undefined || !found.findings.some((finding) => finding.rule === rule)) return false
    recipe = candidate
    result = found
    return true
  }
  const halve = async (): Promise<void> => {
    while (recipe.events > 1 && (await holds({ ...recipe, events: Math.ceil(recipe.events / 2) })));
    while (recipe.events > 1 && (await holds({ ...recipe, events: Math.ceil(recipe.events * 0.8) - 1 })));
  }
  await halve()
  for (const name of simplificationNames) await holds({ ...recipe, without: [...recipe.without, name] })
  await halve()
  if (result.struck.length <= FAULTS_WORTH_LISTING && (await holds({ ...recipe, only: result.struck }))) {
    await fewerFaults(() => recipe, holds)
  }
  await halve()
  return { recipe, result, runs }
}

/** Halves, then quarters, then smaller parts of the faults are left out, as long as the history still fails. */
async function fewerFaults(current: () => Recipe, holds: (recipe: Recipe) => Promise<boolean>): Promise<void> {
  for (
    let part = Math.ceil((current().only?.length ?? 0) / 2);
    part >= 1;
    part = part === 1 ? 0 : Math.ceil(part / 2)
  ) {
    for (let from = 0; from < (current().only?.length ?? 0); ) {
      const only = current().only ?? []
      const rest = [...only.slice(0, from), ...only.slice(from + part)]
      if (!(await holds({ ...current(), only: rest }))) from += part
    }
  }
}
