import { functionPlan, type ServiceEnvironment } from '../plans/function-plan.ts'
import type { MappingPlan } from '../plans/mapping-plan.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import type { FunctionLog, FunctionLogs } from './function-logs.ts'
import { type FunctionPlan, type FunctionProcess, startFunctionProcess } from './function-process.ts'

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
      return [lambda.logicalId, functionPool(plan, logs.of(plan.name))]
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

interface FunctionPool {
  /** @throws InvocationFailed */
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly stop: () => void
}

/**
 * Runs a function in processes of its own: one invocation at a time in each, another process when all are busy, idle
 * ones kept warm. Where as many run as may, an invocation waits its turn (AWS would refuse it, and its caller would
 * call again).
 */
function functionPool(plan: FunctionPlan, log: FunctionLog): FunctionPool {
  const idle: FunctionProcess[] = []
  const all = new Set<FunctionProcess>()
  const waiting: (() => void)[] = []
  let busy = 0
  let isStopped = false

  const begin = (): FunctionProcess => {
    const process = startFunctionProcess(plan, log.line, () => {
      all.delete(process)
      const place = idle.indexOf(process)
      if (place >= 0) idle.splice(place, 1)
    })
    all.add(process)
    return process
  }

  const run = async (event: unknown): Promise<unknown> => {
    const process = idle.pop() ?? begin()
    try {
      await process.ready
      return await process.invoke(event)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      // What a stop ends in the middle did not fail; who sent it sends it again.
      if (isStopped) log.line(message)
      else log.failed(message, event)
      throw error
    } finally {
      if (process.isUsable()) idle.push(process)
    }
  }

  return {
    invoke: async (event) => {
      if (busy >= plan.concurrency) await new Promise<void>((turn) => waiting.push(turn))
      else busy += 1
      try {
        return await run(event)
      } finally {
        const next = waiting.shift()
        if (next === undefined) busy -= 1
        else next()
      }
    },
    stop: () => {
      isStopped = true
      for (const process of all) process.kill()
    },
  }
}
