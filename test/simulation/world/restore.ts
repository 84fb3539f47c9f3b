import { randomOf } from '../../world/random.ts'
import type { Options } from '../options.ts'
import type { LimitRequest } from '../traffic/limits.ts'
import type { Sending } from '../traffic/plan.ts'
import type { TopUpRequest } from '../traffic/top-ups.ts'
import { runUntil } from './storm.ts'
import type { World } from './world.ts'

const MINUTE_MS = 60_000
/** Whatever a process of before still has on its way has arrived by then, at the table that is no longer looked at. */
const SETTLED_MS = 4 * 60 * MINUTE_MS

/**
 * The log table is lost and comes back from a backup: of each account without its last pages. Markers and what is held
 * are what they were; of the archive the last blocks may be missing, as if they had not come there yet.
 *
 * Nothing runs meanwhile but the operator's command, which may fail and is run again until it is done.
 */
export async function restoreLogs(world: World, seed: number, options: Options): Promise<void> {
  const { clock, plan, tables, oracle, objects, processes, weather, trace } = world
  const random = randomOf(seed, 'restore')
  await runUntil(world, clock.now() + SETTLED_MS, options)
  for (const pool of Object.values(processes)) pool.killAll()

  const latest = latestEpochs(world)
  for (const account of plan.accounts) {
    const pages = oracle.ledger.pages(account).length
    const cut = 1 + random.below(pages)
    for (let seq = cut + 1; seq <= pages; seq += 1)
      tables.log.remove({ account: { S: account }, seq: { N: String(seq) } })
    oracle.restored(account, cut)
    loseNewest(objects, account, random.pick([0, 1, 3, 1000, 1000]))
    trace.note(`${account} comes back with ${cut} of ${pages} pages`)
  }

  const waiting = new Set(plan.accounts)
  const at = Math.floor(clock.now())
  weather.isStormy = true
  weather.isRestoring = true
  let runs = 0
  const restore = (account: string): void =>
    processes.operator.invoke(
      async ({ ports }) => {
        runs += 1
        const by = {
          key: `restore-${at}-${runs}`,
          reason: 'lost',
          actor: 'olga',
          at,
          latestEpoch: latest.get(account) ?? 0,
        }
        await ports(account, by)
      },
      ({ kind }) => {
        if (kind === 'answered') waiting.delete(account)
        else clock.after(MINUTE_MS, () => restore(account))
      },
    )
  for (const account of plan.accounts) restore(account)
  // Faults end at last: what can't be done without them is not done at all.
  clock.after(30 * MINUTE_MS, () => {
    weather.isStormy = false
  })
  await runUntil(world, clock.now() + 5 * 60 * MINUTE_MS, options, () => waiting.size === 0)
  if (waiting.size > 0) world.report('liveness', 'a log can be restored', [...waiting].join(' '))
  weather.isStormy = false
  await runUntil(world, clock.now() + SETTLED_MS, options)
  weather.isRestoring = false
  for (const pool of Object.values(processes)) pool.killAll()
}

/** By account, as the command finds them in the markers. */
function latestEpochs({ tables }: World): ReadonlyMap<string, number> {
  const latest = new Map<string, number>()
  for (const item of tables.markers.all()) {
    const account = item['account']?.S ?? ''
    latest.set(account, Math.max(latest.get(account) ?? 0, Number(item['epoch']?.N)))
  }
  return latest
}

/** Users go on as before: the same is wanted again, and is another request. */
export function wantedAgain<T extends LimitRequest | TopUpRequest>(
  wanted: readonly T[],
  { clock }: World,
  begin: number,
  restore: number,
): readonly T[] {
  const later = clock.now() - begin
  return wanted.map((one) => ({
    ...one,
    at: Math.max(clock.now(), one.at + later),
    key: `${one.key}-r${restore}`,
  }))
}

function loseNewest(objects: Map<string, Uint8Array>, account: string, blocks: number): void {
  const keys = [...objects.keys()].filter((key) => key.startsWith(`log/${account}/`)).sort()
  for (const key of blocks === 0 ? [] : keys.slice(-blocks)) objects.delete(key)
}

/**
 * Everything that was sent until now, twice: publishers don't know what was lost. First at once, so that it stands in
 * fewer pages than before, or over an hour; then when nobody has it in memory any more.
 */
export function sentAgain({ plan, clock, oracle }: World, seed: number): readonly Sending[] {
  const now = clock.now()
  const all = [...plan.sendings.map(({ elements }) => elements), ...oracle.knowledge.learned.map((one) => [one])]
  const step = (randomOf(seed, 'sent again').pick([0.2, 60]) * MINUTE_MS) / Math.max(1, all.length)
  const sent = all.map((elements, place) => ({ at: now + place * step, elements }))
  const later = sent.map(({ at, elements }) => ({ at: at + 3 * 60 * MINUTE_MS, elements }))
  return [...sent, ...later]
}
