import type { Operation } from '../../shared/http/operation.ts'
import { accessCheckOperations } from './routes/access-checks.ts'
import { accountOperations } from './routes/accounts.ts'
import { approvalOperations } from './routes/approvals.ts'
import { balanceOperations } from './routes/balance.ts'
import { billingDetailsOperations } from './routes/billing-details.ts'
import { buyCreditsOperations } from './routes/buy-credits.ts'
import { chargeOperations } from './routes/charges.ts'
import { correctionOperations } from './routes/corrections.ts'
import { entryOperations } from './routes/entries.ts'
import { estimateOperations } from './routes/estimates.ts'
import { grantOperations } from './routes/grants.ts'
import { healthOperations } from './routes/health.ts'
import { heldDecisionOperations } from './routes/held-decisions.ts'
import { heldOperations } from './routes/held-events.ts'
import { limitChangeOperations } from './routes/limit-changes.ts'
import { limitsOperations } from './routes/limits.ts'
import { limitsOverviewOperations } from './routes/limits-overview.ts'
import { modelOperations } from './routes/models.ts'
import { openApiOperations } from './routes/openapi.ts'
import { parkedGroupOperations } from './routes/parked-groups.ts'
import { paymentMethodOperations } from './routes/payment-methods.ts'
import { rateCardDraftOperations } from './routes/rate-card-drafts.ts'
import { rateCardPreviewOperations } from './routes/rate-card-previews.ts'
import { rateCardOperations } from './routes/rate-cards.ts'
import { reratingOperations } from './routes/re-ratings.ts'
import { receiptOperations } from './routes/receipts.ts'
import { reservationOperations } from './routes/reservations.ts'
import { tierAssignmentOperations } from './routes/tier-assignments.ts'
import { topUpHistoryOperations } from './routes/top-up-history.ts'
import { topUpOffersOperations } from './routes/top-up-offers.ts'
import { topUpPreviewOperations } from './routes/top-up-previews.ts'
import { topUpSettingsOperations } from './routes/top-up-settings.ts'
import { upgradeDecisionOperations } from './routes/upgrade-decisions.ts'
import { upgradeRequestOperations } from './routes/upgrade-requests.ts'
import { userOperations } from './routes/users.ts'

/** All routes, in the order of their documentation. */
export const operations: readonly Operation[] = [
  ...accountOperations,
  ...balanceOperations,
  ...grantOperations,
  ...correctionOperations,
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
  ...topUpPreviewOperations,
  ...topUpOffersOperations,
  ...buyCreditsOperations,
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
