import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Documents } from '../../../shared/aws/document-client.ts'
import type { Tools } from '../../../shared/aws/lambda.ts'
import type { PaymentProvider } from '../../../shared/payments/provider.ts'
import { type Random, randomOf } from '../../world/random.ts'
import { type Machine, machineOf, type Role, sleepOn } from '../engine/machine.ts'
import { type Instance, type Pool, poolOf } from '../engine/pool.ts'
import type { Scheduler } from '../engine/scheduler.ts'
import type { Options } from '../options.ts'
import type { Environment, Product } from '../product/product.ts'

export interface ProcessSetting {
  readonly seed: number
  readonly clock: Scheduler
  readonly options: Options
  /** Two releases run beside each other when there are two. */
  readonly products: readonly Product[]
  readonly isFaulty: () => boolean
  readonly documentsOf: (machine: Machine) => Documents
  readonly sqsOf: (machine: Machine) => SQSClient
  readonly topUpQueueOf: (machine: Machine) => SQSClient
  readonly paymentsOf: (machine: Machine) => PaymentProvider
  readonly busOf: (machine: Machine) => EventBridgeClient
  readonly bucketOf: (machine: Machine) => S3Client
}

type PriceUsage = ReturnType<Product['priceUsage']>
type ProjectLog = ReturnType<Product['projectLog']>
type FollowRates = ReturnType<Product['followRates']>
export type TopUp = ReturnType<Product['topUp']>
export type AdminApi = ReturnType<Product['adminApi']>
type Operator = ReturnType<Product['restore']>

/** The processes of the functions, and those that an operator runs; each new one has a clock, randomness and a release of its own. */
export interface Processes {
  readonly priceUsage: Pool<PriceUsage>
  readonly projectLog: Pool<ProjectLog>
  readonly followRates: Pool<FollowRates>
  readonly topUp: Pool<TopUp>
  readonly adminApi: Pool<AdminApi>
  readonly operator: Pool<Operator>
}

export function processesOf(setting: ProcessSetting): Processes {
  const { seed, clock, options, products, isFaulty } = setting
  const random = randomOf(seed, 'processes')
  let machines = 0

  const pool = <P>(role: Role, seconds: number, make: (product: Product, environment: Environment) => P): Pool<P> =>
    poolOf({
      clock,
      random: randomOf(seed, `pool of ${role}`),
      timeoutMs: seconds * 1000,
      idleDeath: () => (isFaulty() ? options.idleDeath : 0.02),
      start: (): Instance<P> => {
        machines += 1
        const skew = Math.round(random.between(-0.5, 0.5) * options.skewMs)
        const machine = machineOf(machines, role, skew, random.chance(options.clockStops))
        const product = random.pick(products)
        return { machine, ports: make(product, environmentOf(setting, machine)) }
      },
    })
  return {
    priceUsage: pool('price-usage', options.functionSeconds, (product, environment) => product.priceUsage(environment)),
    projectLog: pool('project-log', 60, (product, environment) => product.projectLog(environment)),
    adminApi: pool('admin-api', 30, (product, environment) => product.adminApi(environment)),
    topUp: pool('top-up', 60, (product, environment) => product.topUp(environment)),
    followRates: pool('follow-rates', 55, (product, environment) => product.followRates(environment)),
    operator: pool('operator', 3600, (product, environment) => product.restore(environment)),
  }
}

function environmentOf(
  { seed, clock, documentsOf, sqsOf, topUpQueueOf, paymentsOf, busOf, bucketOf }: ProcessSetting,
  machine: Machine,
): Environment {
  const random: Random = randomOf(seed, `process ${machine.id}`)
  return {
    documents: documentsOf(machine),
    sqs: sqsOf(machine),
    topUpQueue: topUpQueueOf(machine),
    payments: paymentsOf(machine),
    bus: busOf(machine),
    bucket: bucketOf(machine),
    now: () => wallClock(machine, clock),
    random: random.unit,
    nonce: () => random.hex(16),
    wait: (milliseconds) => sleepOn(machine, clock, milliseconds),
  }
}

const wallClock = (machine: Machine, clock: Scheduler): number => Math.floor(clock.now() + machine.skewMs)

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined }

/** What an invocation is handed beside its event. */
export function toolsOf(
  machine: Machine,
  clock: Scheduler,
  remainingMs: () => number,
  count: (metric: string, value: number) => void,
): Tools {
  const metrics = { addMetric: (name: string, _unit: unknown, value: number) => count(name, value) }
  const now = () => wallClock(machine, clock)
  return { logger: silent, metrics, remainingMs, now } as unknown as Tools
}
