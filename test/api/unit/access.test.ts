import { describe, expect, test } from 'vitest'
import type { Operation } from '../../../shared/http/operation.ts'
import { router } from '../../../shared/http/router.ts'
import { apiOperations as operations } from '../../world/api-operations.ts'
import { untouched } from './untouched-services.ts'

const routes = operations

/** Who may open a route. */
type Audience = 'everyone' | 'operators' | 'platform' | 'readers' | 'admins'

/** Decided for each route by a person: a new route without a line here fails. */
const audiences: Readonly<Record<string, Audience>> = {
  openAccount: 'operators',
  listAccounts: 'operators',
  getAccount: 'readers',
  getBalance: 'readers',
  grantCredits: 'operators',
  adjustCredits: 'operators',
  refundCharge: 'operators',
  reverseEntry: 'operators',
  rerateCharges: 'operators',
  listApprovals: 'operators',
  decideApproval: 'operators',
  listEntries: 'readers',
  findCharge: 'readers',
  publishRateCard: 'operators',
  listRateCards: 'readers',
  getRateCard: 'readers',
  withdrawRateCard: 'operators',
  listRateCardChanges: 'operators',
  listDraftChanges: 'operators',
  previewDraftCosts: 'operators',
  createRateCardDraft: 'operators',
  listRateCardDrafts: 'operators',
  getRateCardDraft: 'operators',
  editRateCardDraft: 'operators',
  discardRateCardDraft: 'operators',
  publishRateCardDraft: 'operators',
  listModels: 'readers',
  getModelsCsv: 'readers',
  getModel: 'readers',
  listEstimatePresets: 'readers',
  estimateWorkload: 'readers',
  estimateAccount: 'readers',
  getTopUpOffers: 'readers',
  buyCredits: 'admins',
  listTopUps: 'readers',
  getTopUpsCsv: 'readers',
  getTopUp: 'readers',
  getReceiptHtml: 'readers',
  getReceiptPdf: 'readers',
  creditInvoice: 'operators',
  retryTopUp: 'admins',
  getTopUpSettings: 'readers',
  putTopUpSettings: 'admins',
  previewTopUpSettings: 'admins',
  getPaymentMethod: 'readers',
  setUpPaymentMethod: 'admins',
  getBillingDetails: 'readers',
  putBillingDetails: 'admins',
  listBillingDetails: 'readers',
  getLimits: 'readers',
  putLimits: 'admins',
  listLimitVersions: 'readers',
  getLimitsOverview: 'readers',
  listLimitChanges: 'readers',
  listUsers: 'readers',
  getUser: 'readers',
  putUser: 'admins',
  assignTiers: 'admins',
  fileUpgradeRequest: 'platform',
  listUpgradeRequests: 'readers',
  decideUpgradeRequest: 'admins',
  decideAllUpgradeRequests: 'admins',
  checkAccess: 'platform',
  reserve: 'platform',
  getReservation: 'platform',
  renewReservation: 'platform',
  settleReservation: 'platform',
  releaseReservation: 'platform',
  listParked: 'operators',
  listParkedGroups: 'operators',
  redriveParked: 'operators',
  discardParked: 'operators',
  listAhead: 'operators',
  discardAhead: 'operators',
  listQuarantined: 'operators',
  redriveQuarantined: 'operators',
  discardQuarantined: 'operators',
  listDiscarded: 'operators',
  getHealth: 'everyone',
  getOpenApi: 'everyone',
}

/** Routes that a member may open too, for himself: where the request names the user. */
const ofMembers: { readonly [id: string]: 'query' | 'body' } = {
  findCharge: 'query',
  getUser: 'query',
  fileUpgradeRequest: 'body',
  listUpgradeRequests: 'query',
}

/** Routes whose path names no account, and where the request names one. */
const accountOf: { readonly [id: string]: 'query' | 'body' } = {
  listModels: 'query',
  getModelsCsv: 'query',
  getModel: 'query',
  estimateWorkload: 'body',
  checkAccess: 'body',
  reserve: 'body',
}

/** Sends the request as the documentation shows it; what is refused for access is told, all else is 'may'. */
async function outcome(
  route: Operation,
  claims: object | undefined,
  { user = 'mia', account = 'acme' } = {},
): Promise<string> {
  const operation = operations.find((one) => one.operationId === route.operationId)!
  const id = route.operationId
  const named = new URLSearchParams({
    ...(accountOf[id] === 'query' && { account }),
    ...(ofMembers[id] === 'query' && { user }),
    ...(id === 'findCharge' && { source: '/chat', id: 'one' }),
    ...(id === 'getModel' && { service: 'openai/gpt-4o' }),
  })
  const path = route.path.replace('{account}', account).replaceAll(/\{\w+\}/g, '1')
  const body = operation.body && {
    ...(operation.body.example as object),
    ...(accountOf[id] === 'body' && { account }),
    ...(ofMembers[id] === 'body' && { user }),
  }
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'one' }
  const event = {
    headers,
    tools: { now: Date.now, logger: { error: () => undefined, warn: () => undefined } },
    requestContext: { requestId: 'r-1', ...(claims && { authorizer: { jwt: { claims } } }) },
  }
  const response = await router(operations, untouched).request(
    `${path}?${named}`,
    {
      method: route.method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    },
    { event } as never,
  )
  const { code } = (await response.json().catch(() => ({}))) as { readonly code?: string }
  return code?.startsWith('access.') === true ? code : 'may'
}

const ALL = 'usage:check account:read account:admin own:read operate'
const ADMIN = 'account:read account:admin'

type Expected = { readonly [audience in Audience]: string }

const expected = (parts: Partial<Expected>, otherwise = 'access.scope'): Expected => ({
  everyone: 'may',
  operators: parts.operators ?? otherwise,
  platform: parts.platform ?? otherwise,
  readers: parts.readers ?? otherwise,
  admins: parts.admins ?? otherwise,
})

const OTHER = 'access.other-account'
const NO_ACCOUNT = 'access.no-account'

/** Every kind of token, and what it gets of acme. */
const tokens: Readonly<Record<string, readonly [claims: object | undefined, Expected]>> = {
  'no token': [undefined, expected({}, 'access.no-token')],
  'a token without a subject': [{ scope: ALL }, expected({}, 'access.no-token')],
  'a token with an empty subject': [{ sub: '', scope: ALL }, expected({}, 'access.no-token')],
  'a token without a scope': [{ sub: 'x', account: 'acme' }, expected({})],
  'an operator': [{ sub: 'olga', scope: ALL }, expected({}, 'may')],
  'an operator with nothing but operate': [{ sub: 'olga', scope: 'operate' }, expected({ operators: 'may' })],
  'an operator who is bound to acme': [
    { sub: 'olga', scope: ALL, account: 'acme' },
    expected({ operators: 'access.operators-only' }, 'may'),
  ],
  'the platform': [{ sub: 'app', scope: 'usage:check' }, expected({ platform: 'may' })],
  'the platform, for acme alone': [
    { sub: 'app', scope: 'usage:check', account: 'acme' },
    expected({ platform: 'may' }),
  ],
  'the platform, for globex alone': [
    { sub: 'app', scope: 'usage:check', account: 'globex' },
    expected({ platform: OTHER }),
  ],
  'the platform with the scopes of an admin, and no account': [
    { sub: 'app', scope: `usage:check ${ADMIN}` },
    expected({ platform: 'may', readers: NO_ACCOUNT, admins: NO_ACCOUNT }),
  ],
  'an admin of acme': [{ sub: 'anna', scope: ADMIN, account: 'acme' }, expected({ readers: 'may', admins: 'may' })],
  'an admin of globex': [{ sub: 'gus', scope: ADMIN, account: 'globex' }, expected({ readers: OTHER, admins: OTHER })],
  'a reader of acme': [{ sub: 'rita', scope: 'account:read', account: 'acme' }, expected({ readers: 'may' })],
  'an admin whose token has no account': [
    { sub: 'anna', scope: ADMIN },
    expected({ readers: NO_ACCOUNT, admins: NO_ACCOUNT }),
  ],
}

/** What is no name of an account, is none: as a function may get it, and as API Gateway writes it. */
const oddAccounts: readonly unknown[] = [
  '',
  ' ',
  'ACME',
  ' acme',
  'acme globex',
  '[acme]',
  '[acme globex]',
  7,
  null,
  true,
  {},
  ['acme'],
  [],
]

/** The odd claim, for a token that has all scopes: not even what is the operators' opens. */
const oddExpected = expected({}, NO_ACCOUNT)

describe.each(Object.entries(tokens))('%s', (_, [claims, expectedOf]) => {
  test.each(routes)('gets what is meant at $operationId', async (route) => {
    const audience = audiences[route.operationId]
    expect(audience).toBeDefined()
    const meant = expectedOf[audience!]
    // The path or the request names acme; where neither does, no other account can be asked for.
    const isOfAccount = route.path.includes('{account}') || route.operationId in accountOf
    expect(await outcome(route, claims)).toBe(meant === OTHER && !isOfAccount ? 'may' : meant)
  })
})

describe('an account that is no name of one', () => {
  test.each(oddAccounts.map((account) => [JSON.stringify(account), account]))(
    'opens nothing: %s',
    async (_, account) => {
      for (const route of routes) {
        const meant = oddExpected[audiences[route.operationId]!]
        expect([route.operationId, await outcome(route, { sub: 'anna', scope: ALL, account })]).toEqual([
          route.operationId,
          meant,
        ])
      }
    },
  )
})

describe('a member', () => {
  const mia = { sub: 'mia@acme', scope: 'own:read', account: 'acme', user: 'mia' }

  test.each(routes)('sees at $operationId himself, or nothing', async (route) => {
    const isOpen = audiences[route.operationId] === 'everyone'
    const isOwn = route.operationId in ofMembers
    const others = isOwn ? 'access.other-user' : 'access.scope'
    expect(await outcome(route, mia)).toBe(isOpen || isOwn ? 'may' : 'access.scope')
    expect(await outcome(route, mia, { user: 'max' })).toBe(isOpen ? 'may' : others)
    expect(await outcome(route, mia, { user: 'MIA' })).toBe(isOpen ? 'may' : others)
    expect(await outcome(route, mia, { account: 'globex' })).toBe(isOpen ? 'may' : isOwn ? OTHER : 'access.scope')
  })

  test('needs an account and a user in his token', async () => {
    for (const route of routes.filter(({ operationId }) => operationId in ofMembers)) {
      expect(await outcome(route, { ...mia, account: undefined })).toBe(NO_ACCOUNT)
      for (const user of [undefined, '', 7, null, ['mia'], '[mia]', '[mia max]', 'm\u0000', 'x'.repeat(129)]) {
        expect(await outcome(route, { ...mia, user })).toBe('access.no-user')
      }
    }
  })

  test('who has a wider scope as well has what that opens', async () => {
    for (const route of routes.filter(({ operationId }) => operationId in ofMembers)) {
      expect(await outcome(route, { ...mia, scope: ALL }, { user: 'max' })).toBe('may')
    }
  })
})

describe('scopes are read as API Gateway reads them', () => {
  const route = routes.find(({ operationId }) => operationId === 'getBalance')!
  const as = (claims: object) => outcome(route, { sub: 'anna', account: 'acme', ...claims })

  test.each([
    { scope: 'openid account:read' },
    { scp: 'openid account:read' },
    { scope: '[openid account:read]' },
    { scp: '[openid account:read]' },
    { scp: '[account:read]' },
    { scp: ['openid', 'account:read'] },
  ])('%j opens', async (claims) => expect(await as(claims)).toBe('may'))

  test.each([
    {},
    { scope: '' },
    { scope: 'xaccount:read' },
    { scope: 'account:reader' },
    { scope: 'openid,account:read' },
    { scope: 'openid', scp: 'account:read' },
    { scope: 7 },
    { scp: { 'account:read': true } },
    { scope: [['account:read']] },
  ])('%j does not open', async (claims) => expect(await as(claims)).toBe('access.scope'))
})
