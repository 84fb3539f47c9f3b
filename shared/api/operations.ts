import type { Operation } from '../http/operation.ts'
import { accountOperations } from './accounts/accounts.ts'
import { balanceOperations } from './accounts/balance.ts'
import { approvalOperations } from './credits/approvals.ts'
import { chargeOperations } from './credits/charges.ts'
import { creditOperations } from './credits/credits.ts'
import { entryOperations } from './credits/entries.ts'
import { reratingOperations } from './credits/re-ratings.ts'
import { healthOperations } from './health.ts'
import { heldDecisionOperations } from './held/held-decisions.ts'
import { heldOperations } from './held/held-events.ts'
import { parkedGroupOperations } from './held/parked-groups.ts'
import { accessCheckOperations } from './limits/access-checks.ts'
import { limitChangeOperations } from './limits/limit-changes.ts'
import { limitsOperations } from './limits/limits.ts'
import { limitsOverviewOperations } from './limits/limits-overview.ts'
import { reservationOperations } from './limits/reservations.ts'
import { tierAssignmentOperations } from './limits/tier-assignments.ts'
import { upgradeDecisionOperations } from './limits/upgrade-decisions.ts'
import { upgradeRequestOperations } from './limits/upgrade-requests.ts'
import { userOperations } from './limits/users.ts'
import { openApiOperations } from './openapi.ts'
import { estimateOperations } from './pricing/estimates.ts'
import { modelOperations } from './pricing/models.ts'
import { rateCardDraftOperations } from './pricing/rate-card-drafts.ts'
import { rateCardPreviewOperations } from './pricing/rate-card-previews.ts'
import { rateCardOperations } from './pricing/rate-cards.ts'
import { billingDetailsOperations } from './top-ups/billing-details.ts'
import { buyCreditsOperations } from './top-ups/buy-credits.ts'
import { invoiceOperations } from './top-ups/invoices.ts'
import { paymentMethodOperations } from './top-ups/payment-methods.ts'
import { receiptOperations } from './top-ups/receipts.ts'
import { topUpHistoryOperations } from './top-ups/top-up-history.ts'
import { topUpOffersOperations } from './top-ups/top-up-offers.ts'
import { topUpSettingsOperations } from './top-ups/top-up-settings.ts'

/** All operations of the API, in the order of their documentation. */
export const operations: readonly Operation[] = [
  ...accountOperations,
  ...balanceOperations,
  ...creditOperations,
  ...approvalOperations,
  ...reratingOperations,
  ...entryOperations,
  ...chargeOperations,
  ...rateCardOperations,
  ...rateCardDraftOperations,
  ...rateCardPreviewOperations,
  ...modelOperations,
  ...estimateOperations,
  ...topUpSettingsOperations,
  ...topUpOffersOperations,
  ...buyCreditsOperations,
  ...invoiceOperations,
  ...topUpHistoryOperations,
  ...receiptOperations,
  ...paymentMethodOperations,
  ...billingDetailsOperations,
  ...limitsOperations,
  ...limitsOverviewOperations,
  ...limitChangeOperations,
  ...userOperations,
  ...tierAssignmentOperations,
  ...upgradeRequestOperations,
  ...upgradeDecisionOperations,
  ...accessCheckOperations,
  ...reservationOperations,
  ...heldOperations,
  ...heldDecisionOperations,
  ...parkedGroupOperations,
  ...healthOperations,
  ...openApiOperations,
]

/** The function that serves an operation: checks before each action apart, so that nothing slows them down; else as its scope says. */
export function functionOf({ scope, operationId }: Operation): 'access-api' | 'account-api' | 'operator-api' {
  if (scope === 'operate') return 'operator-api'
  const ofAccess = [...accessCheckOperations, ...reservationOperations]
  return ofAccess.some((one) => one.operationId === operationId) ? 'access-api' : 'account-api'
}
