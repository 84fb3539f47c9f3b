import * as z from 'zod/mini'
import { type Operation, reading } from '../http/operation.ts'

export const getOpenApi = reading({
  operationId: 'getOpenApi',
  method: 'GET',
  path: '/v1/openapi.json',
  scope: undefined,
  tag: 'Service',
  summary: 'This description',
  answers: [
    {
      status: 200,
      description: 'OpenAPI 3.1, written from the schemas that validate',
      schema: z.looseObject({ openapi: z.string() }),
      example: { openapi: '3.1.0' },
    },
  ],
})

export const openApiOperations: readonly Operation[] = [getOpenApi]
