import { describe, expect, test } from 'vitest'

import * as z from 'zod/mini'
import { operations as documented, functionOf } from '../../../shared/api/operations.ts'
import type { Tools } from '../../../shared/aws/lambda.ts'
import { routed, router } from '../../../shared/http/router.ts'
import { apiOperations as operations, served } from '../../world/api-operations.ts'
import { untouched } from './untouched-services.ts'

describe('the router', () => {
  const app = router(operations, untouched)

  test('has exactly the routes that are declared, each once', () => {
    const named = ({ method, path }: { method: string; path: string }) => `${method} ${path}`
    const inTable = documented.map((route) => named({ ...route, path: route.path.replaceAll(/\{(\w+)\}/g, ':$1') }))
    expect(app.routes.map(named).sort()).toEqual([...inTable].sort())
    expect(operations.map((operation) => operation.operationId).sort()).toEqual(
      documented.map((route) => route.operationId).sort(),
    )
  })

  test('answers what it does not know with a problem document', async () => {
    const event = { tools: {} as Tools, requestContext: { requestId: 'r-1' } }
    for (const [method, path] of [
      ['GET', '/v2/accounts'],
      ['DELETE', '/v1/accounts'],
      ['GET', '/v1/accounts/acme/'],
    ] as const) {
      const response = await app.request(path, { method }, { event } as never)
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.json()).toEqual({
        type: 'https://groschen.dev/problems/route.not-found',
        title: 'No such route',
        status: 404,
        detail: 'GET /v1/openapi.json describes all routes',
        instance: 'urn:groschen:request:r-1',
        code: 'route.not-found',
      })
    }
  })

  test('logs what failed with the id of the request and its route, and shows the id alone', async () => {
    const logged: unknown[] = []
    const tools = { logger: { error: (...said: unknown[]) => logged.push(said) } }
    const jwt = { claims: { sub: 'olga', scope: 'operate account:read' } }
    const routeKey = 'GET /v1/accounts/{account}'
    const event = { headers: {}, routeKey, tools, requestContext: { requestId: 'r-1', authorizer: { jwt } } }
    const response = await app.request('/v1/accounts/acme', {}, { event } as never)
    expect(response.status).toBe(500)
    const shown = await response.text()
    expect(shown).toContain('urn:groschen:request:r-1')
    expect(shown).not.toContain('reached')
    const error = expect.objectContaining({ message: expect.stringMatching(/^reached/) })
    expect(logged).toEqual([['a request failed', { error, requestId: 'r-1', route: routeKey }]])
  })

  test('takes the path that API Gateway matched, not the one it decoded', () => {
    const event = {
      routeKey: 'GET /v1/accounts/{account}/balance',
      rawPath: '/v1/accounts/a/b?c/balance',
      pathParameters: { account: 'a/b?c' },
    }
    const { rawPath } = routed(event as never, {} as Tools)
    expect(rawPath).toBe('/v1/accounts/a%2Fb%3Fc/balance')
  })
})

/** API Gateway decodes a path twice, cuts it at an encoded `?` and refuses an encoded `%`. */
const ODD = ['a?b', 'a/b', 'a%2Fb', 'a%', 'a b', 'a+b', 'a#b', 'ä', '.', '..']

describe('each function', () => {
  test.each(Object.entries(served))('%s serves what API Gateway sends it, and nothing else', (name, ofFunction) => {
    const ids = (all: readonly { readonly operationId: string }[]) => all.map(({ operationId }) => operationId).sort()
    expect(ids(ofFunction)).toEqual(ids(documented.filter((one) => functionOf(one) === name)))
  })
})

describe('the path of a route', () => {
  test.each(documented)('of $operationId carries nothing that API Gateway would change', ({ params, path }) => {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(Object.keys(params.shape)).toEqual(named)
    for (const [name, schema] of Object.entries(params.shape)) {
      const taken = ODD.filter((value) => z.safeParse(schema as z.ZodMiniType, value).success)
      expect({ [name]: taken }).toEqual({ [name]: [] })
    }
  })
})
