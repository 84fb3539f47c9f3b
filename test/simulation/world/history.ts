import { withoutRealWorld } from '../engine/guard.ts'
import type { Options } from '../options.ts'
import type { Finding } from '../oracle/findings.ts'
import { judgeFolds, splitsOf } from '../oracle/folds.ts'
import type { LimitFigures } from '../oracle/limits/limits.ts'
import { judgeEvents, judgeGrants, judgeHeld, judgePrices } from '../oracle/verdict.ts'
import type { ApiAnswer } from '../product/product.ts'
import type { GrantRequest } from '../traffic/plan.ts'
import { openUnknownAccount, redriveAll, requestDecision } from './decisions.ts'
import { lookAtAll, requestLimit } from './limits.ts'
import { requestCard, requestCorrection, requestGrant, rerateAll, setUp } from './requests.ts'
import { restoreLogs, sentAgain, wantedAgain } from './restore.ts'
import { drawOutages, runUntil, send, stormUntil } from './storm.ts'
import { requestTopUp } from './top-ups.ts'
import { type RunSetting, type World, worldOf } from './world.ts'

export interface HistoryResult {
  readonly seed: number
  readonly findings: readonly Finding[]
  /** Equal for equal histories. */
  readonly hash: string
  readonly figures: Figures
  /** The calls that a fault of the network struck. */
  readonly struck: readonly number[]
}

interface Figures {
  readonly events: number
  readonly received: number
  readonly calls: number
  readonly faults: number
  readonly charges: number
  readonly pages: number
  readonly late: number
  /** Of the month that was split most. */
  readonly splits: number
  readonly limits: LimitFigures
}

const MINUTE_MS = 60_000

/** Runs one history from its seed: a storm, healing, the same events weeks later; then the oracle's verdict. */
export async function runHistory(setting: RunSetting): Promise<HistoryResult> {
  const giveBack = withoutRealWorld()
  try {
    const world = worldOf(setting)
    const answers = new Map<GrantRequest, ApiAnswer>()
    await live(world, setting, answers)
    const { oracle, tables, plan, report } = world
    const isQuiet = !world.findings.some(({ kind }) => kind === 'liveness')
    if (isQuiet) {
      judgeEvents(oracle.knowledge, oracle.ledger, tables.held, report)
      judgeHeld(oracle.knowledge, oracle.ledger, tables.held, world.clock.now(), report)
      judgePrices(oracle.knowledge, oracle.ledger, report)
      judgeGrants(answers, oracle.ledger, report)
      oracle.notices.judge(plan.accounts)
      oracle.rateNotices.judge(tables.held)
      oracle.topUps.judge(world.payments.made(), {
        now: world.clock.now(),
        isBusy: world.payments.isBusy,
        toldMethod: world.payments.toldMethod,
        skewMs: setting.options.skewMs,
      })
      oracle.limits.judge(tables.snapshots)
      judgeFolds(tables.snapshots, oracle.ledger, plan.accounts, report)
    }
    return resultOf(world, setting.seed)
  } finally {
    giveBack()
  }
}

async function live(world: World, setting: RunSetting, answers: Map<GrantRequest, ApiAnswer>): Promise<void> {
  const { clock, plan, weather, oracle } = world
  const { seed, options } = setting
  const { begin } = options
  setUp(world)
  for (const topUp of plan.topUps) clock.at(topUp.at, () => requestTopUp(world, topUp))
  for (const limit of plan.limits) clock.at(limit.at, () => requestLimit(world, limit))
  await runUntil(world, begin, options)

  weather.isStormy = true
  weather.outages = drawOutages(seed, begin, options)
  if (options.backlogMinutes > 0) {
    weather.isConsumed = false
    clock.at(begin + options.backlogMinutes * MINUTE_MS, () => {
      weather.isConsumed = true
      world.wakeConsumers()
    })
  }
  for (const card of plan.cards) clock.at(card.at, () => requestCard(world, card))
  for (const grant of plan.grants) clock.at(grant.at, () => requestGrant(world, grant, answers))
  for (const decision of plan.decisions) clock.at(decision.at, () => requestDecision(world, decision))
  if (plan.openedAt !== undefined) clock.at(plan.openedAt, () => openUnknownAccount(world))
  for (const correction of plan.corrections) clock.at(correction.at, () => requestCorrection(world, correction))
  const asked = [...plan.cards, ...plan.grants, ...plan.corrections, ...plan.topUps, ...plan.limits, ...plan.decisions]
  const ends = asked.map(({ at }) => at)
  const stormEnd = Math.max(send(world, plan.sendings), ...ends, begin) + 5 * MINUTE_MS
  const opened = closeTopUps(world, begin, options)
  await stormUntil(world, Math.max(stormEnd, begin + options.backlogMinutes * MINUTE_MS, opened), options)

  for (let restore = 0; restore < options.traffic.restores && world.findings.length === 0; restore += 1) {
    await restoreLogs(world, seed + restore, options)
    weather.isStormy = true
    const wanted = wantedAgain(plan.limits, world, begin, restore)
    for (const one of wanted) clock.at(one.at, () => requestLimit(world, one))
    const bought = wantedAgain(plan.topUps, world, begin, restore)
    for (const one of bought) clock.at(one.at, () => requestTopUp(world, one))
    const sent = send(world, sentAgain(world, seed + restore))
    const ends = [...wanted, ...bought].map(({ at }) => at)
    await stormUntil(world, Math.max(sent, ...ends, clock.now()) + 5 * MINUTE_MS, options)
  }

  const [first] = plan.weeksLater
  if (first !== undefined && world.findings.length === 0) {
    const charges = oracle.ledger.charges()
    await runUntil(world, Math.max(first.at, clock.now()), options)
    weather.isStormy = true
    await stormUntil(world, send(world, plan.weeksLater) + 5 * MINUTE_MS, options)
    // Events that were never charged before (parked, or too early) may be now; those that were can't be twice.
    world.trace.note(`${oracle.ledger.charges() - charges} charges weeks later`)
  }
  if (world.findings.length === 0) await untilDue(world, options)
  if (options.traffic.corrections > 0 && world.findings.length === 0) rerateAll(world)
  if (options.traffic.limits > 0 && world.findings.length === 0) {
    // By then every hold has expired.
    await runUntil(world, clock.now() + 60 * MINUTE_MS, options)
    lookAtAll(world)
  }
  world.payments.calmDown()
  let pages = -1
  for (let sweep = 0; sweep < 4 || (pages !== allPages(world) && sweep < 20); sweep += 1) {
    pages = allPages(world)
    await runUntil(world, clock.now() + 10 * MINUTE_MS, options)
    world.sweep()
    world.follow()
    world.reconcile()
    await runUntil(world, clock.now() + 10 * MINUTE_MS, options)
  }
}

/** Events whose time has not come wait 48 hours at most: until all of them are charged; then everything is judged again. */
async function untilDue(world: World, options: Options): Promise<void> {
  const { clock, oracle } = world
  const now = clock.now()
  const times = [...oracle.knowledge.texts.values()].flatMap((one) =>
    one ? [Math.max(one.time, one.boundAt ?? 0)] : [],
  )
  const last = Math.max(now, ...times.filter((time) => time <= now + WAIT_MS))
  for (let follow = 0; follow < 3; follow += 1) {
    await runUntil(world, last + follow * 5 * MINUTE_MS, options)
    world.follow()
    world.sweep()
  }
  if (options.traffic.decisions > 0) redriveAll(world)
  await runUntil(world, clock.now() + 60 * MINUTE_MS, options)
}

const WAIT_MS = 48 * 60 * MINUTE_MS

/**
 * Top-up stops running in the middle of a payment, for longer than the provider remembers its key. Answers with when it
 * runs again at the latest.
 */
function closeTopUps({ clock, weather }: World, begin: number, { topUpsClosedHours, traffic }: Options): number {
  if (topUpsClosedHours === 0) return begin
  const closedMs = topUpsClosedHours * 60 * MINUTE_MS
  weather.topUpsCloseFor = closedMs
  clock.at(begin + traffic.minutes * MINUTE_MS, () => {
    weather.topUpsCloseFor = 0
  })
  return begin + traffic.minutes * MINUTE_MS + closedMs + 20 * MINUTE_MS
}

const allPages = ({ plan, oracle }: World): number =>
  plan.accounts.reduce((sum, account) => sum + oracle.ledger.pages(account).length, 0)

function resultOf(world: World, seed: number): HistoryResult {
  const { trace, findings, faults, network, queue, oracle, plan, tables } = world
  const sent = [...plan.sendings, ...plan.weeksLater]
  return {
    seed,
    findings,
    hash: trace.hash(),
    struck: faults.struck.map(([ordinal]) => ordinal),
    figures: {
      events: sent.reduce((sum, { elements }) => sum + elements.length, oracle.knowledge.learned.length),
      received: queue.received(),
      calls: network.calls(),
      faults: faults.struck.length,
      charges: oracle.ledger.charges(),
      pages: allPages(world),
      late: oracle.lateMarkers(),
      splits: splitsOf(tables.snapshots, plan.accounts),
      limits: oracle.limits.figures(),
    },
  }
}
