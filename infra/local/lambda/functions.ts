import { functionPlan, type ServiceEnvironment } from '../plans/function-plan.ts'
import type { MappingPlan } from '../plans/mapping-plan.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import type { FunctionLogs } from './function-logs.ts'
import { functionPool } from './function-pool.ts'

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
