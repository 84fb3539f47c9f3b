import * as z from 'zod/mini'
import { nothing, type Operation, reading } from '../../../shared/http/operation.ts'

const getOpenApi = reading({
  operationId: 'getOpenApi',
  tag: 'Service',
  summary: 'This description',
  params: nothing,
  query: nothing,
  answers: [
    {
      status: 200,
      description: 'OpenAPI 3.1, written from the schemas that validate',
      schema: z.looseObject({ openapi: z.string() }),
      example: { openapi: '3.1.0' },
    },
  ],
  problems: [],
  handle: async (_, { services }) => ({ status: 200, body: await services.openApi() }),
})

export const openApiOperations: readonly Operation[] = [getOpenApi]
