import { functionPlan, type ServiceEnvironment } from '../plans/function-plan.ts'
import type { MappingPlan } from '../plans/mapping-plan.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import type { FunctionLog, FunctionLogs } from './function-logs.ts'
import { type FunctionPlan, type FunctionProcess, messageOf, startFunctionProcess } from './function-process.ts'

/** All functions of a stack. */
export interface Functions {
  /** @throws InvocationFailed */
  readonly invoke: (lambda: LocalResource, event: unknown) => Promise<unknown>
  readonly stop: () => void
}

/** @throws UnsupportedTemplate */
export function openFunctions(
  stack: LocalStack,
  services: ServiceEnvironment,
  mappings: readonly MappingPlan[],
  logs: FunctionLogs,
): Functions {
  const concurrencyOf = ({ logicalId }: LocalResource): number =>
    mappings
      .map((mapping) =>
        mapping.kind === 'queue' && mapping.function.logicalId === logicalId ? mapping.plan.maximumConcurrency : 0,
      )
      .reduce((sum, one) => sum + one, 0)
  const pools = new Map(
    stack.ofType('AWS::Lambda::Function').map((lambda) => {
      const plan = functionPlan(lambda, stack, services, concurrencyOf(lambda))
      return [lambda.logicalId, new FunctionPool(plan, logs.of(plan.name))]
    }),
  )
  return {
    invoke: async ({ logicalId }, event) => {
      const pool = pools.get(logicalId)
      if (pool === undefined) throw new Error(`no function ${logicalId}`)
      return await pool.invoke(event)
    },
    stop: () => {
      for (const pool of pools.values()) pool.stop()
    },
  }
}

/**
 * Runs a function in processes of its own: one invocation at a time in each, another process when all are busy, idle
 * ones kept warm. Where as many run as may, an invocation waits its turn (AWS would refuse it, and its caller would
 * call again).
 */
class FunctionPool {
  readonly #plan: FunctionPlan
  readonly #log: FunctionLog
  readonly #idle: FunctionProcess[] = []
  readonly #all = new Set<FunctionProcess>()
  readonly #waiting: (() => void)[] = []
  #busy = 0
  #isStopped = false

  constructor(plan: FunctionPlan, log: FunctionLog) {
    this.#plan = plan
    this.#log = log
  }

  /** @throws InvocationFailed */
  async invoke(event: unknown): Promise<unknown> {
    if (this.#busy >= this.#plan.concurrency) await new Promise<void>((turn) => this.#waiting.push(turn))
    else this.#busy += 1
    try {
      return await this.#run(event)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#busy -= 1
      else next()
    }
  }

  stop(): void {
    this.#isStopped = true
    for (const process of this.#all) process.kill()
  }

  async #run(event: unknown): Promise<unknown> {
    const process = this.#idle.pop() ?? this.#begin()
    try {
      await process.ready
      return await process.invoke(event)
    } catch (error) {
      // What a stop ends in the middle did not fail; its sender sends it again.
      if (this.#isStopped) this.#log.line(messageOf(error))
      else this.#log.failed(messageOf(error), event)
      throw error
    } finally {
      if (process.isUsable()) this.#idle.push(process)
    }
  }

  #begin(): FunctionProcess {
    const process = startFunctionProcess(this.#plan, this.#log.line, () => {
      this.#all.delete(process)
      const place = this.#idle.indexOf(process)
      if (place >= 0) this.#idle.splice(place, 1)
    })
    this.#all.add(process)
    return process
  }
}
