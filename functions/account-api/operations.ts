import type { Served } from '../../shared/http/serve.ts'
import { accountHandlers } from './accounts/accounts.ts'
import { balanceHandlers } from './accounts/balance.ts'
import { chargeHandlers } from './credits/charges.ts'
import { entryHandlers } from './credits/entries.ts'
import { healthHandlers } from './health.ts'
import { limitChangeHandlers } from './limits/limit-changes.ts'
import { limitsHandlers } from './limits/limits.ts'
import { limitsOverviewHandlers } from './limits/limits-overview.ts'
import { tierAssignmentHandlers } from './limits/tier-assignments.ts'
import { upgradeDecisionHandlers } from './limits/upgrade-decisions.ts'
import { upgradeRequestHandlers } from './limits/upgrade-requests.ts'
import { userHandlers } from './limits/users.ts'
import { openApiHandlers } from './openapi.ts'
import { estimateHandlers } from './pricing/estimates.ts'
import { modelHandlers } from './pricing/models.ts'
import { rateCardHandlers } from './pricing/rate-cards.ts'
import type { Services } from './services.ts'
import { billingDetailsHandlers } from './top-ups/billing-details.ts'
import { buyCreditsHandlers } from './top-ups/buy-credits.ts'
import { paymentMethodHandlers } from './top-ups/payment-methods.ts'
import { receiptHandlers } from './top-ups/receipts.ts'
import { topUpHistoryHandlers } from './top-ups/top-up-history.ts'
import { topUpOffersHandlers } from './top-ups/top-up-offers.ts'
import { topUpSettingsHandlers } from './top-ups/top-up-settings.ts'

/** The operations of this function. */
export const operations: readonly Served<Services>[] = [
  ...accountHandlers,
  ...balanceHandlers,
  ...chargeHandlers,
  ...entryHandlers,
  ...rateCardHandlers,
  ...modelHandlers,
  ...estimateHandlers,
  ...topUpSettingsHandlers,
  ...topUpOffersHandlers,
  ...buyCreditsHandlers,
  ...topUpHistoryHandlers,
  ...receiptHandlers,
  ...paymentMethodHandlers,
  ...billingDetailsHandlers,
  ...limitsHandlers,
  ...limitsOverviewHandlers,
  ...limitChangeHandlers,
  ...userHandlers,
  ...tierAssignmentHandlers,
  ...upgradeRequestHandlers,
  ...upgradeDecisionHandlers,
  ...healthHandlers,
  ...openApiHandlers,
]
