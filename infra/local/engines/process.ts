import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { FolderInUse } from '../errors.ts'
import { lockFolder } from '../folder-lock.ts'
import { type PaymentServer, startPaymentServer } from '../payments/payment-server.ts'
import { accessBy } from './access.ts'
import { startEventBusEngine } from './event-bus-engine.ts'
import { startMailEngine } from './mail-engine.ts'
import { startObjectEngine } from './object-engine.ts'
import type { EnginesPlan, FromEngines, ToEngines } from './protocol.ts'
import { startQueueEngine } from './queue-engine.ts'
import { generatedSecrets, startSecretEngine } from './secret-engine.ts'
import { startTableEngine } from './table-engine.ts'
import { startWebhookSink } from './webhook-sink.ts'

/** The engines' own process: what they compute does not hold up the runner. It ends with its parent. */
const tell = (message: FromEngines): void => {
  process.send?.(message)
}

/** The engines of a killed runner end by themselves, but not in the same moment; two of them must not open the files. */
const PREDECESSOR_MS = 5000

async function takeFiles(directory: string): Promise<() => void> {
  const begun = Date.now()
  for (;;) {
    try {
      return lockFolder(directory, 'engines.lock')
    } catch (error) {
      if (!(error instanceof FolderInUse) || Date.now() - begun > PREDECESSOR_MS) throw error
      await wait(50)
    }
  }
}

async function start(plan: EnginesPlan) {
  const isAllowed = accessBy(new Map(plan.permissions))
  const { directory, ports } = plan
  const letGo = await takeFiles(directory)
  const { payments, secrets: ofPayments } = await startPayments(directory, plan.webhookUrl, ports.payments)
  const generated = generatedSecrets(directory, plan.secrets)
  const [signing] = generated.values()
  const queues = await startQueueEngine(directory, plan.queues, isAllowed, ports.queues)
  const [tables, events, objects, secrets, mail, webhooks] = await Promise.all([
    startTableEngine({
      directory,
      tables: plan.tables,
      isAllowed,
      onChange: (change) => tell({ kind: 'change', change }),
      port: ports.dynamodb,
    }),
    startEventBusEngine(directory, plan, queues.send, isAllowed, ports.events),
    startObjectEngine(directory, plan.buckets, isAllowed, ports.objects),
    startSecretEngine(
      new Map(plan.secrets.map(({ arn, of }) => [arn, generated.get(arn) ?? ofPayments[of]])),
      isAllowed,
      ports.secrets,
    ),
    startMailEngine(directory, isAllowed, ports.mail),
    signing === undefined ? undefined : startWebhookSink(directory, `whsec_${signing}`, ports.webhooks),
  ])
  tell({
    kind: 'ready',
    addresses: {
      dynamodb: tables.address,
      queues: queues.address,
      queueEngine: queues.engineAddress,
      events: events.address,
      objects: objects.address,
      secrets: secrets.address,
      payments: payments.address,
      mail: mail.address,
      webhooks: webhooks?.address ?? 'none',
    },
    unprocessed: tables.unprocessed,
  })
  return {
    processed: tables.processed,
    stop: async () => {
      events.stop()
      secrets.stop()
      payments.stop()
      mail.stop()
      webhooks?.stop()
      await Promise.all([tables.stop(), queues.stop(), objects.stop()])
      letGo()
    },
  }
}

interface Keys {
  readonly apiKey: string
  readonly webhookSecret: string
}

/** Starts the payment server, and says what functions need to know of it: `api` to ask it, `webhook` to know it. */
async function startPayments(
  directory: string,
  webhookUrl: string,
  port: number,
): Promise<{ readonly payments: PaymentServer; readonly secrets: Readonly<Record<'api' | 'webhook', string>> }> {
  const path = join(directory, 'payments', 'keys.json')
  const { apiKey, webhookSecret } = keysIn(path)
  const webhookTo = { url: webhookUrl, secret: webhookSecret }
  const payments = await startPaymentServer({ directory, apiKey, webhook: webhookTo, now: Date.now, port })
  const { address } = payments
  mkdirSync(join(directory, 'payments'), { recursive: true })
  writeFileSync(path, JSON.stringify({ apiKey, webhookSecret }), { mode: 0o600 })
  const isLive = false
  const webhook = { webhookSecrets: [webhookSecret], providerAccount: 'acct_local', isLive }
  const api = { apiKey, isLive, apiBase: address }
  return { payments, secrets: { api: JSON.stringify(api), webhook: JSON.stringify(webhook) } }
}

function keysIn(path: string): Keys {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Keys
  } catch {
    const random = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`
    return { apiKey: random('rk_test_'), webhookSecret: random('whsec_') }
  }
}

let running: ReturnType<typeof start> | undefined

process.on('message', (message: ToEngines) => {
  if (message.kind === 'start') {
    running = start(message.plan)
    running.catch((error: unknown) =>
      tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    )
  }
  if (message.kind === 'processed') void running?.then((engines) => engines.processed(message.table, message.number))
  if (message.kind === 'stop') void running?.then((engines) => engines.stop()).finally(() => process.exit(0))
})
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
