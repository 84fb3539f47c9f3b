import * as z from 'zod/mini'
import { answer, type Operation, reading } from '../http/operation.ts'

export const getOpenApi = reading({
  operationId: 'getOpenApi',
  route: 'GET /v1/openapi.json',
  scope: undefined,
  tag: 'Service',
  summary: 'This description',
  answers: [
    answer(200, 'OpenAPI 3.1, written from the schemas that validate', z.looseObject({ openapi: z.string() }), {
      openapi: '3.1.0',
    }),
  ],
})

export const openApiOperations: readonly Operation[] = [getOpenApi]
