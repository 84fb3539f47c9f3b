import * as z from 'zod/mini'
import { type StoredKind, storedInstant } from './entry-kind.ts'
import { requestIdentity } from './identity.ts'

const restore = z.readonly(
  z.object({
    kind: z.literal('restore'),
    /**
     * Counts every restore of this log there ever was, also those whose own entry is gone, because a later one went back
     * to before it: markers were written in them too.
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

/** The log was restored: what follows replaces the pages that once came after the page before this one. */
export type RestoreEntry = z.output<typeof restore>

export const restoreKinds: { readonly restore: StoredKind<RestoreEntry> } = {
  restore: { stored: restore, identity: ({ key }, account) => requestIdentity(account, key) },
}
