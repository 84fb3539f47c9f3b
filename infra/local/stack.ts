import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SQSClient } from '@aws-sdk/client-sqs'
import { queueUrl } from './engines/queue-engine.ts'
import { startEngines } from './engines/start-engines.ts'
import { holderOf, lockFolder } from './folder-lock.ts'
import { startApiServer } from './http/api-server.ts'
import { type Issuer, openIssuer, type TokenClaims } from './http/issuer.ts'
import { functionLogs } from './lambda/function-logs.ts'
import { type FunctionPool, functionPool } from './lambda/function-pool.ts'
import { type Mapping, startQueueMapping } from './mappings/queue-mapping.ts'
import { type StreamMapping, startStreamMapping } from './mappings/stream-mapping.ts'
import { enginesPlan } from './plans/engines-plan.ts'
import { functionPlan } from './plans/function-plan.ts'
import { type MappingPlan, mappingPlan } from './plans/mapping-plan.ts'
import { routeTargets } from './plans/route-targets.ts'
import { scheduleTargets } from './plans/schedule-targets.ts'
import { startSchedule } from './schedules.ts'
import { synthesize } from './synthesize.ts'
import { type Addresses, type LocalResource, localStack, REGION } from './template/local-stack.ts'
import { readAssembly } from './template/template.ts'

/** Where a running stack is; also in `stack.json` of its folder, so that other commands find it. */
export interface Connection {
  readonly apiUrl: string
  readonly endpoints: { readonly dynamodb: string; readonly sqs: string; readonly events: string }
  readonly region: string
  /** The template's outputs. */
  readonly outputs: Readonly<Record<string, string>>
  readonly pid: number
}

export interface AttachedStack extends Connection {
  /** A token of the local issuer. */
  readonly token: (claims: TokenClaims, minutes?: number) => Promise<string>
}

export interface RunningStack extends AttachedStack {
  /** Sums of the metrics that functions wrote since the start, by name. */
  readonly metrics: () => Readonly<Record<string, number>>
  readonly stop: () => Promise<void>
}

export interface StackOptions {
  readonly directory: string
  /** Default: a free one. */
  readonly apiPort?: number
  /** A cloud assembly to run; default: this project's, synthesized now. */
  readonly assembly?: string
  /** Lines that functions log, and what goes wrong around them. */
  readonly onLine?: (line: string) => void
}

const AUDIENCE = 'groschen-local'
const STOP_MS = 3000

/**
 * Runs the synthesized template on embedded engines until it is stopped.
 *
 * @throws FolderInUse, UnsupportedTemplate, SynthesisFailed
 */
export async function startStack({
  directory: given,
  apiPort,
  assembly,
  onLine = () => undefined,
}: StackOptions): Promise<RunningStack> {
  const directory = resolve(given)
  const unlock = lockFolder(directory)
  const connectionFile = join(directory, 'stack.json')
  // A killed runner's: nobody may attach to what is gone.
  rmSync(connectionFile, { force: true })
  const undo: (() => Promise<void> | void)[] = [unlock]
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const assembled = readAssembly(assembly ?? (await synthesize(directory)))
    const issuer = await openIssuer(directory)
    const api = await startApiServer(issuer.keySet, apiPort)
    undo.push(api.stop)

    const addresses = (queues: string): Addresses => ({
      apiUrl: api.url,
      queueUrl: (name) => queueUrl(queues, name),
      parameters: { JwtIssuer: api.url, JwtAudience: AUDIENCE },
    })
    const engines = await startEngines(enginesPlan(directory, localStack(assembled, addresses(''))))
    undo.push(engines.stop)
    const { dynamodb, queues, queueEngine, events } = engines.addresses
    const stack = localStack(assembled, addresses(queues))

    const logs = functionLogs(directory, onLine)
    const services = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      AWS_ENDPOINT_URL_SQS: queues,
      AWS_ENDPOINT_URL_EVENTBRIDGE: events,
      NODE_COMPILE_CACHE: join(directory, 'compile-cache'),
    }
    const pools = new Map<string, FunctionPool>()
    for (const lambda of stack.ofType('AWS::Lambda::Function')) {
      const plan = functionPlan(lambda, stack, services)
      pools.set(lambda.logicalId, functionPool(plan, logs.lineOf(plan.name)))
    }
    undo.push(() => {
      for (const pool of pools.values()) pool.stop()
    })
    const invoke =
      ({ logicalId }: LocalResource) =>
      (event: unknown) =>
        pools.get(logicalId)?.invoke(event) ?? Promise.reject(new Error(`no function ${logicalId}`))

    const sqs = new SQSClient({
      endpoint: queueEngine,
      region: REGION,
      maxAttempts: 2,
      credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'local' },
    })
    undo.push(() => sqs.destroy())
    const streams: StreamMapping[] = []
    const mappings = stack.ofType('AWS::Lambda::EventSourceMapping').map((resource): Mapping => {
      const mapping: MappingPlan = mappingPlan(resource, stack, (name) => queueUrl(queueEngine, name))
      const report = (message: string) => onLine(`${mapping.function.logicalId}: ${message}`)
      if (mapping.kind === 'queue') return startQueueMapping(mapping.plan, sqs, invoke(mapping.function), report)
      const stream = startStreamMapping(
        mapping.plan,
        sqs,
        invoke(mapping.function),
        ({ table, number }) => engines.processed(table, number),
        report,
      )
      for (const change of engines.unprocessed) if (change.table === mapping.plan.table) stream.offer(change)
      engines.onChange((change) => {
        if (change.table === mapping.plan.table) stream.offer(change)
      })
      streams.push(stream)
      return stream
    })
    undo.push(() => within(STOP_MS, Promise.all(mappings.map((mapping) => mapping.stop()))))
    for (const target of scheduleTargets(stack)) {
      undo.push(
        startSchedule({ ...target, run: () => invoke(target.function)(target.input) }, (message) =>
          onLine(`${target.logicalId}: ${message}`),
        ),
      )
    }
    api.serve(routeTargets(stack).map((route) => ({ ...route, invoke: invoke(route.function) })))

    const connection: Connection = {
      apiUrl: api.url,
      endpoints: { dynamodb, sqs: queues, events },
      region: REGION,
      outputs: stack.outputs,
      pid: process.pid,
    }
    writeFileSync(connectionFile, JSON.stringify(connection, null, 2), { mode: 0o600 })
    undo.push(() => rmSync(connectionFile, { force: true }))
    return { ...connection, token: tokenOf(issuer, api.url), metrics: logs.metrics, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Attaches to the runner that holds the folder; `undefined` where none does. */
export async function connectStack(directory: string): Promise<AttachedStack | undefined> {
  if (holderOf(directory) === undefined) return undefined
  try {
    const connection = JSON.parse(readFileSync(join(directory, 'stack.json'), 'utf8')) as Connection
    return { ...connection, token: tokenOf(await openIssuer(directory), connection.apiUrl) }
  } catch {
    return undefined
  }
}

const tokenOf = (issuer: Issuer, apiUrl: string) => (claims: TokenClaims, minutes?: number) =>
  issuer.token(apiUrl, AUDIENCE, claims, minutes)

/** Waits for what ends by itself, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, milliseconds)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
