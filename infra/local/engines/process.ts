import { startEventBusEngine } from './event-bus-engine.ts'
import type { EnginesPlan, FromEngines, ToEngines } from './protocol.ts'
import { startQueueEngine } from './queue-engine.ts'
import { startTableEngine } from './table-engine.ts'

/** The engines' own process: what they compute does not hold up the runner. It ends with its parent. */
const tell = (message: FromEngines): void => {
  process.send?.(message)
}

async function start(plan: EnginesPlan) {
  const permissions = new Map(plan.permissions)
  const { directory } = plan
  const [tables, queues, events] = await Promise.all([
    startTableEngine({
      directory,
      tables: plan.tables,
      permissions,
      onChange: (change) => tell({ kind: 'change', change }),
    }),
    startQueueEngine(directory, plan.queues, permissions),
    startEventBusEngine(directory, plan.buses, permissions),
  ])
  tell({
    kind: 'ready',
    addresses: {
      dynamodb: tables.address,
      queues: queues.address,
      queueEngine: queues.engineAddress,
      events: events.address,
    },
    unprocessed: tables.unprocessed,
  })
  return {
    processed: tables.processed,
    stop: async () => {
      events.stop()
      await Promise.all([tables.stop(), queues.stop()])
    },
  }
}

let running: ReturnType<typeof start> | undefined

process.on('message', (message: ToEngines) => {
  if (message.kind === 'start') {
    running = start(message.plan)
    running.catch((error: unknown) =>
      tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  }
  if (message.kind === 'processed') void running?.then((engines) => engines.processed(message.table, message.number))
  if (message.kind === 'stop') void running?.then((engines) => engines.stop()).finally(() => process.exit(0))
})
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
