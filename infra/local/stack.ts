import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SQSClient } from '@aws-sdk/client-sqs'
import { OPERATOR } from './engines/access.ts'
import { queueUrl } from './engines/queue-engine.ts'
import { startEngines } from './engines/start-engines.ts'
import { holderOf, lockFolder } from './folder-lock.ts'
import { startApiServer } from './http/api-server.ts'
import { type Issuer, openIssuer, type TokenClaims } from './http/issuer.ts'
import { keptPorts, type WantedPorts } from './kept-ports.ts'
import { type FunctionFailure, functionLogs } from './lambda/function-logs.ts'
import { openFunctions } from './lambda/functions.ts'
import { startMappings } from './mappings/start-mappings.ts'
import { enginesPlan } from './plans/engines-plan.ts'
import { mappingPlans } from './plans/mapping-plan.ts'
import { routeTargets } from './plans/route-targets.ts'
import { scheduleTargets } from './plans/schedule-targets.ts'
import { startSchedule } from './schedules.ts'
import { synthesize } from './synthesize.ts'
import { type Addresses, type LocalStack, localStack, REGION } from './template/local-stack.ts'
import { readAssembly } from './template/template.ts'

export type { FunctionFailure } from './lambda/function-logs.ts'

/** Where a running stack is; also in `stack.json` of its folder, so that other commands find it. */
export interface Connection {
  readonly apiUrl: string
  readonly endpoints: Readonly<Record<'dynamodb' | 'sqs' | 'events' | 's3' | 'secrets' | 'payments', string>>
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
  /** Stops everything and releases the folder, within five seconds in any case. */
  readonly stop: () => Promise<void>
}

export interface StackOptions {
  readonly directory: string
  /** Unless told, the ports that the folder had, and free ones the first time. */
  readonly ports?: WantedPorts
  /** A cloud assembly to run; default: this project's, synthesized now. */
  readonly assembly?: string
  /** Lines that functions log, and what goes wrong around them. */
  readonly onLine?: (line: string) => void
  /** What fails in a function: also an answer of 500 that the API gives for it. */
  readonly onFailure?: (failure: FunctionFailure) => void
}

const AUDIENCE = 'groschen-local'

const MAIL_FROM = 'groschen@localhost.example'

/** How long a stop waits for what runs. The engines have two seconds more, and five are promised in all. */
const DRAIN_MS = 2500

/**
 * Runs the synthesized template on embedded engines until it is stopped.
 *
 * @throws FolderInUse, PortTaken, UnsupportedTemplate, SynthesisFailed, EnginesFailed
 */
export async function startStack({
  directory: given,
  ports: wanted = {},
  assembly,
  onLine = () => undefined,
  onFailure = () => undefined,
}: StackOptions): Promise<RunningStack> {
  const directory = resolve(given)
  const undo: (() => Promise<unknown> | unknown)[] = [lockFolder(directory)]
  // A killed runner left it: no command may attach to a stack that is gone.
  removeConnection(directory)
  const takeDown = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const ports = await keptPorts(directory, wanted)
    const issuer = await openIssuer(directory)
    const api = await startApiServer(issuer.keySet, ports.api, onLine)
    undo.push(api.close)

    const assembled = readAssembly(assembly ?? (await synthesize(directory)))
    const addresses = (queues: string, webhooks: string): Addresses => ({
      apiUrl: api.url,
      queueUrl: (name) => queueUrl(queues, name),
      parameters: { JwtIssuer: api.url, JwtAudience: AUDIENCE, MailFrom: MAIL_FROM, WebhookUrl: webhooks },
    })
    const planned = localStack(assembled, addresses('', 'none'))
    refuseUnknown(planned, api.url)
    const engines = await startEngines(enginesPlan(directory, planned, api.url, ports), (message) =>
      onLine(`${message}; nothing works until the next start`),
    )
    undo.push(engines.stop)
    const { dynamodb, queues, queueEngine, events, objects, secrets, payments, mail, webhooks } = engines.addresses
    const stack = localStack(assembled, addresses(queues, webhooks))

    const logs = functionLogs(directory, onLine, onFailure)
    const mappingsToStart = mappingPlans(stack, (name) => queueUrl(queueEngine, name))
    const services = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      AWS_ENDPOINT_URL_SQS: queues,
      AWS_ENDPOINT_URL_EVENTBRIDGE: events,
      AWS_ENDPOINT_URL_S3: objects,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
      AWS_ENDPOINT_URL_SESV2: mail,
      NODE_COMPILE_CACHE: join(directory, 'compile-cache'),
    }
    const functions = openFunctions(stack, services, mappingsToStart, logs)
    undo.push(functions.stop)
    const sqs = new SQSClient({ ...OPERATOR, endpoint: queueEngine, maxAttempts: 2 })
    undo.push(() => sqs.destroy())

    const drains: (() => Promise<unknown>)[] = [api.stop]
    undo.push(() => within(DRAIN_MS, Promise.all(drains.map((drain) => drain()))))
    const routes = routeTargets(stack, api.url)
    for (const { function: lambda, input, ...schedule } of scheduleTargets(stack))
      drains.push(startSchedule({ ...schedule, run: () => functions.invoke(lambda, input) }))
    for (const mapping of startMappings(mappingsToStart, sqs, engines, functions, onLine))
      drains.push(() => mapping.stop())
    api.serve(routes.map((route) => ({ ...route, invoke: (event) => functions.invoke(route.function, event) })))

    const connection: Connection = {
      apiUrl: api.url,
      endpoints: { dynamodb, sqs: queues, events, s3: objects, secrets, payments },
      region: REGION,
      outputs: stack.outputs,
      pid: process.pid,
    }
    writeConnection(directory, connection)
    undo.push(() => removeConnection(directory))
    let stopping: Promise<void> | undefined
    return {
      ...connection,
      token: tokenOf(issuer, api.url),
      metrics: logs.metrics,
      stop: () => {
        stopping ??= takeDown()
        return stopping
      },
    }
  } catch (error) {
    await takeDown()
    throw error
  }
}

/** What can't be run is said before anything runs. @throws UnsupportedTemplate */
function refuseUnknown(stack: LocalStack, issuer: string): void {
  mappingPlans(stack, (name) => name)
  routeTargets(stack, issuer)
  scheduleTargets(stack)
}

const pathIn = (directory: string): string => join(directory, 'stack.json')

function writeConnection(directory: string, connection: Connection): void {
  const path = pathIn(directory)
  writeFileSync(`${path}.new`, JSON.stringify(connection, null, 2), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

const removeConnection = (directory: string): void => rmSync(pathIn(directory), { force: true })

/** The connection of this runner; `undefined` while it starts, and for what a killed one left. */
function readConnection(directory: string, pid: number): Connection | undefined {
  try {
    const connection = JSON.parse(readFileSync(pathIn(directory), 'utf8')) as Connection
    return connection.pid === pid ? connection : undefined
  } catch {
    return undefined
  }
}

/** Attaches to the runner that holds the folder; `undefined` where none does, or where it has not got that far. */
export async function connectStack(directory: string): Promise<AttachedStack | undefined> {
  const holder = holderOf(directory)
  const connection = holder === undefined ? undefined : readConnection(directory, holder)
  if (connection === undefined) return undefined
  return { ...connection, token: tokenOf(await openIssuer(directory), connection.apiUrl) }
}

const tokenOf = (issuer: Issuer, apiUrl: string) => (claims: TokenClaims, minutes?: number) =>
  issuer.token(apiUrl, AUDIENCE, claims, minutes)

/** Waits for what ends by itself, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, milliseconds)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
