import type { Options } from './options.ts'
import type { Recipe, Simulator } from './simulate.ts'
import type { HistoryResult } from './world/history.ts'

const traffic =
  (change: Partial<Options['traffic']>) =>
  (options: Options): Options => ({ ...options, traffic: { ...options.traffic, ...change } })

const rates =
  (change: Partial<Options['rates']>) =>
  (options: Options): Options => ({ ...options, rates: { ...options.rates, ...change } })

/** What can be left out of a history, by the names the command line knows. */
export const simplifications = {
  outages: (options: Options): Options => ({ ...options, outages: 0 }),
  backlog: (options: Options): Options => ({ ...options, backlogMinutes: 0 }),
  skew: (options: Options): Options => ({ ...options, skewMs: 0 }),
  weeks: traffic({ weeksLater: 0 }),
  restores: traffic({ restores: 0 }),
  'top-ups': traffic({ topUps: 0 }),
  'limit-changes': traffic({ limitChanges: 0 }),
  unheld: traffic({ unheld: 0 }),
  closing: (options: Options): Options => ({ ...options, topUpsClosedHours: 0 }),
  cards: traffic({ cards: 0 }),
  decisions: traffic({ decisions: 0 }),
  corrections: traffic({ corrections: 0 }),
  refused: traffic({ malformed: 0, unpriced: 0, laterPriced: 0, unknownAccount: 0, ahead: 0 }),
  conflicts: traffic({ conflicting: 0 }),
  grants: traffic({ grants: 1 }),
  accounts: traffic({ accounts: 1 }),
  batches: traffic({ eventsAMessage: 1 }),
  opaque: traffic({ opaque: 0 }),
  late: traffic({ late: 0 }),
  duplicates: traffic({ duplicated: 0 }),
  crashes: rates({ 'crash-before': 0, 'crash-after': 0 }),
  pauses: rates({ 'pause-before': 0, 'pause-after': 0 }),
  throttles: rates({ throttle: 0, 'server-error': 0, 'server-error-done': 0 }),
  losses: rates({ 'lost-request': 0, 'lost-response': 0, 'late-execution': 0, delay: 0 }),
  queue: (options: Options): Options => ({
    ...options,
    queue: { ...options.queue, disorder: 1, twice: 0, lostDeletion: 0, undead: 0, maxReceives: 20 },
  }),
  stream: (options: Options): Options => ({
    ...options,
    stream: { lagMs: 500, dropped: 0, repeated: 0, disorder: 0 },
  }),
  consumers: (options: Options): Options => ({ ...options, source: { ...options.source, concurrency: 1 } }),
  deaths: (options: Options): Options => ({ ...options, idleDeath: 0 }),
  slices: (options: Options): Options => ({ ...options, queryBytes: 1024 * 1024, returnsItem: 1 }),
} as const

export type Simplification = keyof typeof simplifications
const simplificationNames = Object.keys(simplifications) as readonly Simplification[]

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
