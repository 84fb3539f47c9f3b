import * as z from 'zod/mini'
import { type StoredKind, storedInstant } from './entry-kind.ts'
import { requestIdentity } from './identity.ts'

const restore = z.readonly(
  z.object({
    kind: z.literal('restore'),
    /**
     * Counts every restore of this log, also those whose own entry is lost because a later restore went back
     * to before it: they have markers too.
     */
    epoch: z.number(),
    key: z.string(),
    actor: z.string(),
    at: storedInstant,
    reason: z.string(),
    /** Automatic top-up waits from here on, until an entry says that this epoch is reconciled. Absent: it went on. */
    holdsTopUps: z.optional(z.literal(true)),
  }),
)

/** The log was restored: the pages from here on replace those that once followed the page before this one. */
export type RestoreEntry = z.output<typeof restore>

export const restoreKinds: { readonly restore: StoredKind<RestoreEntry> } = {
  restore: {
    stored: restore,
    identity: ({ key }, account) => requestIdentity(account, key),
    words: ({ reason }) => `log restored: ${reason}`,
  },
}
