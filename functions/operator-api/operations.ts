import type { Served } from '../../shared/http/serve.ts'
import { accountHandlers } from './accounts.ts'
import { approvalHandlers } from './approvals.ts'
import { creditHandlers } from './credits.ts'
import { heldDecisionHandlers } from './held-decisions.ts'
import { heldHandlers } from './held-events.ts'
import { invoiceHandlers } from './invoices.ts'
import { parkedGroupHandlers } from './parked-groups.ts'
import { rateCardDraftHandlers } from './rate-card-drafts.ts'
import { rateCardPreviewHandlers } from './rate-card-previews.ts'
import { rateCardHandlers } from './rate-cards.ts'
import { reratingHandlers } from './re-ratings.ts'
import type { Services } from './services.ts'

/** The operations of this function. */
export const operations: readonly Served<Services>[] = [
  ...accountHandlers,
  ...approvalHandlers,
  ...creditHandlers,
  ...reratingHandlers,
  ...rateCardHandlers,
  ...rateCardDraftHandlers,
  ...rateCardPreviewHandlers,
  ...invoiceHandlers,
  ...parkedGroupHandlers,
  ...heldHandlers,
  ...heldDecisionHandlers,
]
