import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { operations } from '../../../shared/api/operations.ts'
import { Problem, type ProblemCode, problemKinds } from '../../../shared/errors/problems.ts'
import { openApiDocument } from '../../../shared/http/openapi-document.ts'
import { scopesOf } from '../../../shared/http/operation.ts'
import { problemDocument, problemSchema } from '../../../shared/http/problem-answer.ts'

interface Documented {
  readonly operationId: string
  readonly security: readonly Record<string, readonly string[]>[]
  readonly parameters?: readonly {
    readonly in: string
    readonly name: string
    readonly required?: boolean
    readonly schema: object
  }[]
  readonly responses: Record<string, { readonly content: Record<string, { readonly examples?: object }> }>
}
let paths: Record<string, Record<string, Documented>>
beforeAll(async () => {
  const document = (await openApiDocument(operations)) as { openapi: string; paths: typeof paths }
  expect(document.openapi).toBe('3.1.0')
  paths = document.paths
})

describe('the OpenAPI document', () => {
  test('has every operation with its operation and scopes, and no other', () => {
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId, security }]) => ({
        operationId,
        method: method.toUpperCase(),
        path,
        scopes: security.flatMap((one) => one['token'] ?? []),
      })),
    )
    const byId = (a: { operationId: string }, b: { operationId: string }) => (a.operationId < b.operationId ? -1 : 1)
    const expected = operations.map(({ operationId, method, ...route }) => ({
      operationId,
      method,
      path: route.path,
      scopes: scopesOf(route),
    }))
    expect(documented.sort(byId)).toEqual(expected.sort(byId))
  })

  test.each(operations)('lists every error of $operationId, under its status', ({ method, path, problems }) => {
    const { responses } = paths[path]![method.toLowerCase()]!
    const listed = Object.entries(responses).flatMap(([status, { content }]) =>
      Object.keys(content['application/problem+json']?.examples ?? {}).map((code) => `${status} ${code}`),
    )
    expect(listed.sort()).toEqual(problems.map((code) => `${problemKinds[code].status} ${code}`).sort())
  })

  test.each(operations)(
    'tells at $operationId what API Gateway answers by itself, in its own shape',
    ({ method, path, scope }) => {
      const { responses } = paths[path]![method.toLowerCase()]!
      const byGateway = Object.entries(responses)
        .filter(([, { content }]) => JSON.stringify(content['application/json'] ?? '').includes('GatewayMessage'))
        .map(([status]) => status)
      const expected = [
        ...(scope === undefined ? [] : ['401', '403']),
        ...(method === 'GET' ? [] : ['413']),
        ...['429', '500', '503'],
      ]
      expect(byGateway).toEqual(expected)
      if (scope !== undefined) {
        expect(responses['401']!.content['application/json']).toMatchObject({ example: { message: 'Unauthorized' } })
        expect(responses['403']!.content['application/json']).toMatchObject({ example: { message: 'Forbidden' } })
        expect(responses['401']!.content).toHaveProperty('application/problem+json')
      }
    },
  )

  test('bounds every limit, and says what it is unless told', () => {
    const limits = operations.flatMap(({ operationId, method, path }) => {
      const { parameters = [] } = paths[path]![method.toLowerCase()]!
      return parameters.filter(({ name }) => name === 'limit').map(({ schema }) => [operationId, schema])
    })
    const from = (most: number, usual: number) =>
      expect.objectContaining({ type: 'integer', minimum: 1, maximum: most, default: usual })
    expect(Object.fromEntries(limits)).toEqual({
      listAhead: from(200, 50),
      listDiscarded: from(200, 50),
      listApprovals: from(100, 50),
      listBillingDetails: from(100, 100),
      listDraftChanges: from(5000, 1000),
      listRateCardChanges: from(5000, 1000),
      listRateCardDrafts: from(100, 100),
      listAccounts: from(100, 100),
      listEntries: from(1000, 100),
      listLimitVersions: from(50, 50),
      listModels: from(1000, 100),
      listParked: from(200, 50),
      listTopUps: from(100, 100),
      listQuarantined: from(200, 50),
      listUsers: from(1000, 100),
      listUpgradeRequests: from(100, 20),
      listLimitChanges: from(100, 50),
    })
  })

  test('asks for an Idempotency-Key at every write, and nowhere else', () => {
    for (const { kind, method, path } of operations) {
      const { parameters = [] } = paths[path]![method.toLowerCase()]!
      const header = parameters.find(({ name }) => name === 'Idempotency-Key')
      expect(header?.in).toBe(kind === 'writing' ? 'header' : undefined)
      if (header) expect(header.required).toBe(true)
    }
  })

  test('takes If-None-Match where an answer has an ETag', () => {
    const taking = operations.filter(({ method, path }) => {
      const { parameters = [], responses } = paths[path]![method.toLowerCase()]!
      const isTaken = parameters.some(({ name }) => name === 'If-None-Match')
      for (const status of ['200', '304'])
        if (isTaken) expect(responses[status]).toMatchObject({ headers: { ETag: { required: true } } })
      return isTaken
    })
    expect(taking.map(({ operationId }) => operationId)).toEqual(['listModels', 'getModel', 'getModelsCsv'])
  })

  test.each(operations)('shows examples of $operationId that its schemas take', ({ answers, body }) => {
    for (const { schema, example } of answers) expect(z.parse(schema, example)).toEqual(example)
    if (body) expect(z.safeParse(body.schema, body.example)).toMatchObject({ success: true })
  })
})

describe('a problem document', () => {
  test.each(Object.keys(problemKinds) as ProblemCode[])('of %s says what, and what to do', (code) => {
    const { status, title, example } = problemKinds[code]
    const errors = [{ pointer: '/amount/eur', detail: 'too much' }]
    expect(z.parse(problemSchema, problemDocument(new Problem(code, example, { errors }), 'r-1'))).toEqual({
      type: `https://groschen.dev/problems/${code}`,
      title,
      status,
      detail: example,
      instance: 'urn:groschen:request:r-1',
      code,
      errors,
    })
    expect(problemDocument(new Problem(code, example), 'r-1')).not.toHaveProperty('errors')
  })

  test('belongs to an operation, or to the router', () => {
    const used = new Set<string>(operations.flatMap((operation) => operation.problems))
    expect(Object.keys(problemKinds).filter((code) => !used.has(code))).toEqual(['route.not-found'])
  })
})
