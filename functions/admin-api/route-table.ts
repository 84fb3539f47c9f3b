/** What a token may do. Every route asks for exactly one of them; some take `own:read` too, of a member for himself. */
type Scope = 'usage:check' | 'account:read' | 'account:admin' | 'operate'

/** One route of the HTTP API, as API Gateway, the authorizer and the router must all know it. */
export interface RouteSpec {
  readonly operationId: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /**
   * With API Gateway's parameters: `{name}`. Only ids that the product makes stand there: API Gateway decodes a path twice, cuts it at an encoded `?` and
   * refuses an encoded `%`. Names that others chose go into the query or the body, which arrive as they were sent.
   */
  readonly path: `/v1/${string}`
  /** `undefined`: open to everyone, no token asked. */
  readonly scope: Scope | undefined
  /** A member may open it for himself, with `own:read`: its path, query or body names the `user`. */
  readonly isOwn?: true
}

/** The scopes that open a route: API Gateway lets a token pass that has any one of them. */
export const scopesOf = ({ scope, isOwn }: Pick<RouteSpec, 'scope' | 'isOwn'>): readonly string[] => [
  ...(scope === undefined ? [] : [scope]),
  ...(isOwn === true ? ['own:read'] : []),
]

/** The one list of routes: the template is written from it, the router is filled from it, OpenAPI is checked against it. */
export const routeTable = [
  { operationId: 'openAccount', method: 'POST', path: '/v1/accounts', scope: 'operate' },
  { operationId: 'listAccounts', method: 'GET', path: '/v1/accounts', scope: 'operate' },
  { operationId: 'getAccount', method: 'GET', path: '/v1/accounts/{account}', scope: 'account:read' },
  { operationId: 'getBalance', method: 'GET', path: '/v1/accounts/{account}/balance', scope: 'account:read' },
  { operationId: 'grantCredits', method: 'POST', path: '/v1/accounts/{account}/grants', scope: 'operate' },
  { operationId: 'adjustCredits', method: 'POST', path: '/v1/accounts/{account}/adjustments', scope: 'operate' },
  { operationId: 'refundCharge', method: 'POST', path: '/v1/accounts/{account}/refunds', scope: 'operate' },
  { operationId: 'reverseEntry', method: 'POST', path: '/v1/accounts/{account}/reversals', scope: 'operate' },
  { operationId: 'listApprovals', method: 'GET', path: '/v1/approvals', scope: 'operate' },
  { operationId: 'decideApproval', method: 'POST', path: '/v1/approvals/{approval}/decision', scope: 'operate' },
  { operationId: 'rerateCharges', method: 'POST', path: '/v1/accounts/{account}/re-ratings', scope: 'operate' },
  { operationId: 'listEntries', method: 'GET', path: '/v1/accounts/{account}/entries', scope: 'account:read' },
  {
    operationId: 'findCharge',
    method: 'GET',
    path: '/v1/accounts/{account}/charges',
    scope: 'account:read',
    isOwn: true,
  },
  { operationId: 'publishRateCard', method: 'POST', path: '/v1/rate-cards', scope: 'operate' },
  { operationId: 'listRateCards', method: 'GET', path: '/v1/rate-cards', scope: 'account:read' },
  { operationId: 'getRateCard', method: 'GET', path: '/v1/rate-cards/{version}', scope: 'account:read' },
  {
    operationId: 'withdrawRateCard',
    method: 'POST',
    path: '/v1/rate-cards/{version}/withdrawal',
    scope: 'operate',
  },
  {
    operationId: 'listRateCardChanges',
    method: 'GET',
    path: '/v1/rate-cards/{version}/changes',
    scope: 'operate',
  },
  { operationId: 'listDraftChanges', method: 'GET', path: '/v1/rate-card-drafts/{draft}/changes', scope: 'operate' },
  { operationId: 'previewDraftCosts', method: 'GET', path: '/v1/rate-card-drafts/{draft}/costs', scope: 'operate' },
  { operationId: 'createRateCardDraft', method: 'POST', path: '/v1/rate-card-drafts', scope: 'operate' },
  { operationId: 'listRateCardDrafts', method: 'GET', path: '/v1/rate-card-drafts', scope: 'operate' },
  { operationId: 'getRateCardDraft', method: 'GET', path: '/v1/rate-card-drafts/{draft}', scope: 'operate' },
  { operationId: 'editRateCardDraft', method: 'PUT', path: '/v1/rate-card-drafts/{draft}', scope: 'operate' },
  {
    operationId: 'discardRateCardDraft',
    method: 'POST',
    path: '/v1/rate-card-drafts/{draft}/discard',
    scope: 'operate',
  },
  {
    operationId: 'publishRateCardDraft',
    method: 'POST',
    path: '/v1/rate-card-drafts/{draft}/publish',
    scope: 'operate',
  },
  { operationId: 'listModels', method: 'GET', path: '/v1/models', scope: 'account:read' },
  { operationId: 'getModelsCsv', method: 'GET', path: '/v1/models.csv', scope: 'account:read' },
  { operationId: 'getModel', method: 'GET', path: '/v1/model', scope: 'account:read' },
  { operationId: 'listEstimatePresets', method: 'GET', path: '/v1/estimates/presets', scope: 'account:read' },
  { operationId: 'estimateWorkload', method: 'POST', path: '/v1/estimates', scope: 'account:read' },
  { operationId: 'estimateAccount', method: 'POST', path: '/v1/accounts/{account}/estimates', scope: 'account:read' },
  {
    operationId: 'getTopUpOffers',
    method: 'GET',
    path: '/v1/accounts/{account}/top-up-offers',
    scope: 'account:read',
  },
  { operationId: 'buyCredits', method: 'POST', path: '/v1/accounts/{account}/top-ups', scope: 'account:admin' },
  { operationId: 'listTopUps', method: 'GET', path: '/v1/accounts/{account}/top-ups', scope: 'account:read' },
  { operationId: 'getTopUpsCsv', method: 'GET', path: '/v1/accounts/{account}/top-ups.csv', scope: 'account:read' },
  { operationId: 'getTopUp', method: 'GET', path: '/v1/accounts/{account}/top-ups/{topUp}', scope: 'account:read' },
  {
    operationId: 'getReceiptHtml',
    method: 'GET',
    path: '/v1/accounts/{account}/top-ups/{topUp}/receipt.html',
    scope: 'account:read',
  },
  {
    operationId: 'getReceiptPdf',
    method: 'GET',
    path: '/v1/accounts/{account}/top-ups/{topUp}/receipt.pdf',
    scope: 'account:read',
  },
  { operationId: 'creditInvoice', method: 'POST', path: '/v1/accounts/{account}/invoice-top-ups', scope: 'operate' },
  { operationId: 'retryTopUp', method: 'POST', path: '/v1/accounts/{account}/top-up-retries', scope: 'account:admin' },
  {
    operationId: 'getTopUpSettings',
    method: 'GET',
    path: '/v1/accounts/{account}/top-up-settings',
    scope: 'account:read',
  },
  {
    operationId: 'putTopUpSettings',
    method: 'PUT',
    path: '/v1/accounts/{account}/top-up-settings',
    scope: 'account:admin',
  },
  {
    operationId: 'previewTopUpSettings',
    method: 'POST',
    path: '/v1/accounts/{account}/top-up-settings-previews',
    scope: 'account:admin',
  },
  {
    operationId: 'getPaymentMethod',
    method: 'GET',
    path: '/v1/accounts/{account}/payment-method',
    scope: 'account:read',
  },
  {
    operationId: 'setUpPaymentMethod',
    method: 'POST',
    path: '/v1/accounts/{account}/payment-method-setups',
    scope: 'account:admin',
  },
  {
    operationId: 'getBillingDetails',
    method: 'GET',
    path: '/v1/accounts/{account}/billing-details',
    scope: 'account:read',
  },
  {
    operationId: 'putBillingDetails',
    method: 'PUT',
    path: '/v1/accounts/{account}/billing-details',
    scope: 'account:admin',
  },
  {
    operationId: 'listBillingDetails',
    method: 'GET',
    path: '/v1/accounts/{account}/billing-details/versions',
    scope: 'account:read',
  },
  { operationId: 'getLimits', method: 'GET', path: '/v1/accounts/{account}/limits', scope: 'account:read' },
  { operationId: 'putLimits', method: 'PUT', path: '/v1/accounts/{account}/limits', scope: 'account:admin' },
  {
    operationId: 'listLimitVersions',
    method: 'GET',
    path: '/v1/accounts/{account}/limits/versions',
    scope: 'account:read',
  },
  {
    operationId: 'getLimitsOverview',
    method: 'GET',
    path: '/v1/accounts/{account}/limits/overview',
    scope: 'account:read',
  },
  {
    operationId: 'listLimitChanges',
    method: 'GET',
    path: '/v1/accounts/{account}/limits/changes',
    scope: 'account:read',
  },
  { operationId: 'listUsers', method: 'GET', path: '/v1/accounts/{account}/users', scope: 'account:read' },
  { operationId: 'getUser', method: 'GET', path: '/v1/accounts/{account}/user', scope: 'account:read', isOwn: true },
  { operationId: 'putUser', method: 'PUT', path: '/v1/accounts/{account}/user', scope: 'account:admin' },
  {
    operationId: 'assignTiers',
    method: 'POST',
    path: '/v1/accounts/{account}/tier-assignments',
    scope: 'account:admin',
  },
  {
    operationId: 'fileUpgradeRequest',
    method: 'POST',
    path: '/v1/accounts/{account}/upgrade-requests',
    scope: 'usage:check',
    isOwn: true,
  },
  {
    operationId: 'listUpgradeRequests',
    method: 'GET',
    path: '/v1/accounts/{account}/upgrade-requests',
    scope: 'account:read',
    isOwn: true,
  },
  {
    operationId: 'decideUpgradeRequest',
    method: 'POST',
    path: '/v1/accounts/{account}/upgrade-requests/{request}/decision',
    scope: 'account:admin',
  },
  {
    operationId: 'decideAllUpgradeRequests',
    method: 'POST',
    path: '/v1/accounts/{account}/upgrade-requests/decisions',
    scope: 'account:admin',
  },
  { operationId: 'checkAccess', method: 'POST', path: '/v1/access-checks', scope: 'usage:check' },
  { operationId: 'reserve', method: 'POST', path: '/v1/reservations', scope: 'usage:check' },
  { operationId: 'getReservation', method: 'GET', path: '/v1/reservations/{reservation}', scope: 'usage:check' },
  { operationId: 'renewReservation', method: 'PUT', path: '/v1/reservations/{reservation}', scope: 'usage:check' },
  {
    operationId: 'settleReservation',
    method: 'PUT',
    path: '/v1/reservations/{reservation}/settle',
    scope: 'usage:check',
  },
  { operationId: 'releaseReservation', method: 'DELETE', path: '/v1/reservations/{reservation}', scope: 'usage:check' },
  { operationId: 'listParked', method: 'GET', path: '/v1/parked', scope: 'operate' },
  { operationId: 'listParkedGroups', method: 'GET', path: '/v1/parked/groups', scope: 'operate' },
  { operationId: 'redriveParked', method: 'POST', path: '/v1/parked/redrives', scope: 'operate' },
  { operationId: 'discardParked', method: 'POST', path: '/v1/parked/discards', scope: 'operate' },
  { operationId: 'listAhead', method: 'GET', path: '/v1/ahead', scope: 'operate' },
  { operationId: 'discardAhead', method: 'POST', path: '/v1/ahead/discards', scope: 'operate' },
  { operationId: 'listQuarantined', method: 'GET', path: '/v1/quarantine', scope: 'operate' },
  { operationId: 'redriveQuarantined', method: 'POST', path: '/v1/quarantine/redrives', scope: 'operate' },
  { operationId: 'discardQuarantined', method: 'POST', path: '/v1/quarantine/discards', scope: 'operate' },
  { operationId: 'listDiscarded', method: 'GET', path: '/v1/discarded', scope: 'operate' },
  { operationId: 'getHealth', method: 'GET', path: '/v1/health', scope: undefined },
  { operationId: 'getOpenApi', method: 'GET', path: '/v1/openapi.json', scope: undefined },
] as const satisfies readonly RouteSpec[]

export type OperationId = (typeof routeTable)[number]['operationId']
