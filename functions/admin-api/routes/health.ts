import * as z from 'zod/mini'
import { nothing, type Operation, reading } from '../../../shared/http/operation.ts'
import { readAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import type { Services } from '../services.ts'

const checkSchema = z.enum(['ok', 'failing'])
const healthSchema = z
  .object({
    status: checkSchema,
    stage: z.string(),
    checks: z.object({ log: checkSchema, accounts: checkSchema }),
  })
  .check(z.meta({ id: 'Health' }))

/** No account can have this id. */
const NOBODY = '-'

const getHealth = reading({
  operationId: 'getHealth',
  tag: 'Service',
  summary: 'Whether the service works',
  description: 'Open to everyone; reads each table once.',
  params: nothing,
  query: nothing,
  answers: [
    {
      status: 200,
      description: 'It works',
      schema: healthSchema,
      example: { status: 'ok', stage: 'dev', checks: { log: 'ok', accounts: 'ok' } },
    },
    {
      status: 503,
      description: 'A check fails',
      schema: healthSchema,
      example: { status: 'failing', stage: 'dev', checks: { log: 'ok', accounts: 'failing' } },
    },
  ],
  problems: [],
  handle: async (_, { services, tools }) => {
    const [log, accounts] = await Promise.allSettled(reads(services))
    for (const check of [log, accounts]) {
      if (check?.status === 'rejected') tools.logger.error('a health check fails', { error: check.reason })
    }
    const checks = { log: outcome(log), accounts: outcome(accounts) }
    const status = checks.log === 'ok' && checks.accounts === 'ok' ? 'ok' : 'failing'
    return { status: status === 'ok' ? 200 : 503, body: { status, stage: services.stage, checks } }
  },
})

const reads = ({ log, accounts }: Services) => [readHead(log, NOBODY), readAccount(accounts, NOBODY)] as const

const outcome = (check: PromiseSettledResult<unknown> | undefined): z.infer<typeof checkSchema> =>
  check?.status === 'fulfilled' ? 'ok' : 'failing'

export const healthOperations: readonly Operation[] = [getHealth]
