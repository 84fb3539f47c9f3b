import * as z from 'zod/mini'
import { type Operation, reading } from '../http/operation.ts'

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
  method: 'GET',
  path: '/v1/health',
  scope: undefined,
  tag: 'Service',
  summary: 'Whether the service works',
  description: 'Open to everyone; reads each table once.',
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
})

export const healthOperations: readonly Operation[] = [getHealth]
