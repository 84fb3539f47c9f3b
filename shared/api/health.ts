import * as z from 'zod/mini'
import { answer, type Operation, reading } from '../http/operation.ts'

export const checkSchema = z.enum(['ok', 'failing'])

const healthSchema = z
  .object({
    status: checkSchema,
    stage: z.string(),
    checks: z.object({ log: checkSchema, accounts: checkSchema }),
  })
  .check(z.meta({ id: 'Health' }))

export const getHealth = reading({
  operationId: 'getHealth',
  route: 'GET /v1/health',
  scope: undefined,
  tag: 'Service',
  summary: 'Whether the service works',
  description: 'Open to everyone; reads each table once.',
  answers: [
    answer(200, 'It works', healthSchema, { status: 'ok', stage: 'dev', checks: { log: 'ok', accounts: 'ok' } }),
    answer(503, 'A check fails', healthSchema, {
      status: 'failing',
      stage: 'dev',
      checks: { log: 'ok', accounts: 'failing' },
    }),
  ],
})

export const healthOperations: readonly Operation[] = [getHealth]
