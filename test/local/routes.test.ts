import { describe, expect, test } from 'vitest'
import { decodedPath, type RoutePlan, routing } from '../../infra/local/http/routes.ts'

const plan = (path: string): RoutePlan => ({
  method: 'GET',
  path,
  scopes: [],
  authorizer: undefined,
  invoke: async () => undefined,
})
const find = routing(
  ['/models/{service+}', '/models', '/models.csv', '/models/{vendor}/all', '/models/openai/list'].map(plan),
  { keys: [] },
)
const found = (path: string) => {
  const match = find('GET', decodedPath(path)!)
  return match && [match.route.path, { ...match.pathParameters }]
}

describe('a greedy parameter (AWS: "Working with routes for HTTP APIs")', () => {
  test('takes one segment or more, an encoded slash like any other', () => {
    expect(found('/models/gpt')).toEqual(['/models/{service+}', { service: 'gpt' }])
    expect(found('/models/openai/gpt-4o/mini')).toEqual(['/models/{service+}', { service: 'openai/gpt-4o/mini' }])
    expect(found('/models/openai%2Fgpt%204o')).toEqual(['/models/{service+}', { service: 'openai/gpt 4o' }])
  })

  test('takes nothing where no segment follows', () => {
    expect(found('/models/')).toBeUndefined()
    expect(found('/models')).toEqual(['/models', {}])
    expect(found('/models.csv')).toEqual(['/models.csv', {}])
    expect(found('/modelsxcsv')).toBeUndefined()
  })

  test('comes after every route that says more', () => {
    expect(found('/models/openai/list')).toEqual(['/models/openai/list', {}])
    expect(found('/models/openai/all')).toEqual(['/models/{vendor}/all', { vendor: 'openai' }])
  })
})

/** Captured on AWS by hotsock/voker (`vokerhttp/testdata/ingress-paths.json`); `undefined`: answered 400. */
const CAPTURES: readonly (readonly [string, string | undefined])[] = [
  ['/capture/plain', '/capture/plain'],
  ['/capture/space%20value', '/capture/space value'],
  ['/capture/question%3Fvalue', '/capture/question'],
  ['/capture/percent%25done', undefined],
  ['/capture/hash%23value', '/capture/hash#value'],
  ['/capture/slash%2Fvalue', '/capture/slash/value'],
  ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
  ['/capture/literal%252Fvalue', '/capture/literal/value'],
  ['/capture/literal%253Fvalue', '/capture/literal?value'],
  ['/capture/literal%2525value', '/capture/literal%value'],
]

describe('a path', () => {
  test.each(CAPTURES)('%s arrives as it does on AWS', (sent, arrives) => {
    expect(decodedPath(sent)).toBe(arrives)
  })

  test('that no decoding gives is refused', () => {
    expect(decodedPath('/capture/%zz')).toBeUndefined()
    expect(decodedPath('/capture/%FF')).toBeUndefined()
  })
})
