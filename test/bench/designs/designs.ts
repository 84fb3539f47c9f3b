import { startEmbedded } from '../../conformance/engines/embedded.ts'
import { createTables, type Engine } from '../../conformance/engines/engine.ts'
import { OFFICIAL_VERSION, startOfficial } from '../../conformance/engines/official.ts'
import { logKeys } from '../log-accounts.ts'
import { median } from '../measure.ts'
import { type Bench, type Figures, significant, type Table, type Target, target } from '../results.ts'
import { accountLog } from './account-log.ts'
import { type Design, tableKeys } from './design.ts'
import { powertools } from './powertools.ts'
import { type Load, type Run, run } from './run.ts'
import { groupTransaction, transactionAnEvent } from './transactions.ts'

const hundred = accountLog(100, 300)
const logs = [accountLog(1, 500), accountLog(10, 450), hundred, accountLog(1000, 60)]
const others = [groupTransaction, transactionAnEvent, powertools]

const HOT: Load = { accounts: 1, writers: 1 }
const LOADS: readonly Load[] = [1, 100, 10_000].flatMap((accounts) => [1, 10].map((writers) => ({ accounts, writers })))

/** Short, so that all of it takes minutes; a run ends earlier when its events do. */
const RUN_MS = 700
const ROUNDS = 3
const WARM_MS = 700

export const benchDesigns: Bench = {
  title: 'Beside other designs',
  about: `The same events charged by other designs, one after the other, on one engine (Amazon's DynamoDB Local ${OFFICIAL_VERSION}; needs Java and \`npm run dynamodb-local\`); a writer is a process that commits one batch of one account after the other. Speeds: median of ${ROUNDS} runs of at most ${RUN_MS / 1000} s, the designs in turn, so that whatever else the machine does falls on all of them. Units and requests by rule, at the wire.`,
  measure: async () => {
    const official = await withEngine(startOfficial, [...logs, ...others], LOADS)
    const embedded = await withEngine(startEmbedded, logs, LOADS.slice(0, 2))
    return {
      tables: [
        { title: 'Per event, one hot account, one writer', rows: official.map(costRow) },
        { title: 'Events a second, DynamoDB Local', rows: official.map(speedRow), notes: NOTES },
        { title: 'Events a second, embedded engine', rows: embedded.map(speedRow) },
      ] satisfies readonly Table[],
      targets: targetsOf(official),
    }
  },
}

const NOTES = [
  'DynamoDB Local never refuses a transaction because of another one; DynamoDB does, so ten writers on one account do better here than there.',
  'All writers share one process and so one core; the engine has the other.',
  'With 10,000 accounts nearly every commit is the first of its account: the log reads its head first.',
]

interface Measured {
  readonly design: Design
  /** For each load, every round. */
  readonly runs: readonly { readonly load: Load; readonly rounds: readonly Run[] }[]
}

async function withEngine(
  start: () => Promise<Engine>,
  designs: readonly Design[],
  loads: readonly Load[],
): Promise<readonly Measured[]> {
  const engine = await start()
  try {
    await createTables(engine.endpoint, { ...logKeys, ...tableKeys })
    for (const design of designs) await run(engine, design, HOT, WARM_MS)
    const measured = designs.map((design) => ({ design, runs: loads.map((load) => ({ load, rounds: [] as Run[] })) }))
    for (const place of loads.keys()) {
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const { design, runs } of measured) {
          const one = runs[place]
          if (one !== undefined) one.rounds.push(await run(engine, design, one.load, RUN_MS))
        }
      }
    }
    return measured
  } finally {
    await engine.stop()
  }
}

const hotRounds = ({ runs }: Measured): readonly Run[] => runs[0]?.rounds ?? []

const speedOf = (rounds: readonly Run[]): number => median(rounds.map(({ eventsASecond }) => eventsASecond))

function costRow(measured: Measured): Figures {
  const sum = (of: (one: Run) => number) => hotRounds(measured).reduce((total, one) => total + of(one), 0)
  const events = sum((one) => one.events)
  return {
    design: measured.design.name,
    'write units': significant(sum(({ counts }) => counts.write) / events),
    'read units': significant(sum(({ counts }) => counts.read) / events),
    requests: significant(sum(({ counts }) => counts.requests) / events),
    'exactly once': measured.design.exactlyOnce,
  }
}

const speedRow = ({ design, runs }: Measured): Figures => ({
  design: design.name,
  ...Object.fromEntries(runs.map(({ load, rounds }) => [columnOf(load), Number(speedOf(rounds).toPrecision(3))])),
})

const columnOf = ({ accounts, writers }: Load): string =>
  `${accounts === 1 ? 'hot account' : `${accounts.toLocaleString('en')} accounts`}, ${writers === 1 ? '1 writer' : `${writers} writers`}`

function targetsOf(official: readonly Measured[]): readonly Target[] {
  const speed = (design: Design) => {
    const measured = official.find((one) => one.design === design)
    return measured === undefined ? 0 : speedOf(hotRounds(measured))
  }
  const ours = speed(hundred)
  return [
    target(
      'one hot account, 100 a page: events/s against the group transaction',
      { atLeast: 5 },
      ours / speed(groupTransaction),
      { unit: '×' },
    ),
    target('one hot account, 100 a page: events/s against Powertools', { atLeast: 100 }, ours / speed(powertools), {
      unit: '×',
    }),
  ]
}
