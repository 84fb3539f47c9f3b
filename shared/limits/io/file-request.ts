import { sha256, toBase64Url } from '../../digest/sha256.ts'
import { Problem, problemKinds } from '../../errors/problems.ts'
import type { Entry } from '../../ledger/entries/entries.ts'
import { isStoredAlike } from '../../ledger/entries/entry-kind.ts'
import { storedWish, type UpgradeRequestEntry } from '../../ledger/entries/limits.ts'
import { type Committing, commitOne, settledBy, usedKey } from '../../ledger/io/commit/commit-one.ts'
import { proposalOf } from '../../ledger/io/commit/proposal.ts'
import type { Instant } from '../../time/instant.ts'
import { windowOf } from '../../time/window.ts'
import { type Asked, fileUpgrade, filingProblem } from '../requests/file-upgrade.ts'
import type { JudgedRequest } from '../requests/upgrade-request.ts'
import type { WarmFolds } from './warm-folds.ts'

interface Filing extends Committing {
  readonly services: Committing['services'] & { readonly folds: WarmFolds }
  readonly tools: Committing['tools'] & { readonly now: () => Instant }
}

/** Who files it, and the Idempotency-Key. */
type By = Pick<UpgradeRequestEntry, 'key' | 'actor'>

/**
 * Files an upgrade request, once for its key; answers with it, and with today where the account is.
 *
 * @throws Problem, and what the store throws
 */
export async function fileRequest(
  account: string,
  asked: Omit<Asked, 'id'>,
  by: By,
  setting: Filing,
): Promise<{ readonly day: string; readonly request: JudgedRequest }> {
  const filed = await filingOf(account, by.key, asked, setting)
  const entry: UpgradeRequestEntry = { kind: 'upgrade-request', ...filed.request.request, ...by }
  const onConflict = (differs: readonly string[]) =>
    differs.includes(OTHER_REQUEST)
      ? filingProblem({ account, ...asked }, { kind: 'open', request: 'filed at the same time' })
      : usedKey(account)(differs)
  const settle = () =>
    settledBy(async () => {
      const { request } = await filingOf(account, by.key, asked, setting)
      // Another one was filed and decided meanwhile: the caller asks again.
      if (request.request.nth !== entry.nth)
        throw new Problem('service.busy', problemKinds['service.busy'].example, { retryAfterSeconds: 1 })
    }, entry)
  const proposal = proposalOf<Problem>(account, entry, {
    differenceFrom: (other) => differences(other, entry),
    dependsOnHead: true,
    settle,
  })
  await commitOne(account, setting, proposal, onConflict)
  return filed
}

const OTHER_REQUEST = 'request'

function differences(other: Entry, entry: UpgradeRequestEntry): readonly string[] {
  if (other.kind !== 'upgrade-request' || other.id !== entry.id) return [OTHER_REQUEST]
  return isStoredAlike(storedWish, other.wish, entry.wish) && other.reason === entry.reason ? [] : ['wish']
}

/** The result of filing at the log's head. @throws Problem */
async function filingOf(account: string, key: string, asked: Omit<Asked, 'id'>, { services, tools }: Filing) {
  const { user, category } = asked
  const { fold, day } = await services.folds.withUsers(account, tools.now(), () => [{ user }])
  const window = windowOf({ kind: 'month' }, day)
  const id = toBase64Url(sha256(JSON.stringify([account, key, user, category, window.key])), 12)
  const filing = fileUpgrade(fold.limits(), fold.assignedTier(user), { ...asked, id }, day)
  if (filing.kind === 'refused') throw filingProblem({ account, user, category }, filing.refusal)
  const granted = filing.kind === 'known' ? filing.request.granted : undefined
  return { day, request: { request: filing.request, granted } }
}
