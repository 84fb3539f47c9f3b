import type { Tools } from '../../aws/lambda.ts'
import { BrokenChain } from '../../ledger/errors.ts'
import { type Credits, noCredits } from '../../money/amounts.ts'
import type { WarmCatalogue } from '../../pricing/io/warm-catalogue.ts'
import { monthsOf } from '../../spend/selector.ts'
import type { Instant } from '../../time/instant.ts'
import { categories } from '../../usage/meters.ts'
import { type Decided, judgeUse, type Reason, type Standing } from '../decide/judge-use.ts'
import { type Limit, limitsOn, tierNamed } from '../decide/limits-on.ts'
import type { AccountFold } from './account-fold.ts'
import type { WarmFolds } from './warm-folds.ts'
import { steadyFold } from './warm-folds.ts'

/** What somebody asks to be allowed. */
export interface AccessRequest {
  readonly account: string
  readonly user: string
  readonly group: string | undefined
  readonly model: string | undefined
  readonly categories: readonly string[]
  readonly estimate: Credits | undefined
  readonly maxAgeMs: number
}

/** The answer of each category, and what it was decided on; `fold` is missing where there is no log to decide by. */
export interface AccessDecisions {
  readonly fold: FoldForUse | undefined
  readonly verdicts: readonly Decided[]
}

/** Decides by the account's log, folded to its head. An account that nobody knows, or whose log is broken, is refused. */
export async function checkAccess(
  { folds, catalogue }: { readonly folds: WarmFolds; readonly catalogue: WarmCatalogue },
  { account, user, group, model, categories, estimate, maxAgeMs }: AccessRequest,
  { now, logger }: Pick<Tools, 'now' | 'logger'>,
): Promise<AccessDecisions> {
  const noLog = (reason: Reason) => ({
    fold: undefined,
    verdicts: categories.map(() => ({ kind: 'unjudged' as const, reason })),
  })
  const uses = categories.map((category) => ({ category, service: model }))
  try {
    const isPriced = await hasPrice(catalogue, { account, model }, now())
    // From here to the verdicts nothing is waited for: another request may take pages in, and the fold is theirs too.
    const fold = await foldForUse(folds, account, { user, group, uses }, { now: now(), maxAgeMs })
    if (fold === undefined) return noLog('unknown-account')
    const standing = fold.standing()
    const wanted = { user, group, day: fold.day, service: model, isPriced, estimate }
    return { fold, verdicts: categories.map((category) => judgeUse(standing, { ...wanted, category })) }
  } catch (error) {
    if (!(error instanceof BrokenChain)) throw error
    logger.error('an account was stopped', error)
    return noLog('account-stopped')
  }
}

/** Whether the rate card in force has a price of a model for an account. Where no model is named, nothing is looked for. */
export async function hasPrice(
  catalogue: WarmCatalogue,
  { account, model }: { readonly account: string; readonly model: string | undefined },
  now: Instant,
): Promise<boolean> {
  if (model === undefined) return true
  return (await catalogue.cardAt(now))?.pricesService(model, account) ?? false
}

/** `; did you mean …?` where a verdict refuses a model that has no price; `''` elsewhere, without a look at the card. */
export async function meantModel(
  catalogue: WarmCatalogue,
  { account, model }: { readonly account: string; readonly model?: string | undefined },
  verdicts: readonly Decided[],
  now: Instant,
): Promise<string> {
  const isUnpriced = verdicts.some((verdict) => verdict.kind !== 'decided' && verdict.reason === 'unpriced-model')
  if (!isUnpriced || model === undefined) return ''
  return (await catalogue.cardAt(now))?.meant(model, account) ?? ''
}

/** Somebody, and what they would use, as far as limits tell it apart. */
export interface WantedUses {
  readonly user: string
  readonly group: string | undefined
  readonly uses: readonly { readonly category: string; readonly service: string | undefined }[]
}

/** An account's fold at its head, with all that the limits of these uses count. */
export interface FoldForUse {
  readonly fold: AccountFold
  readonly readAt: Instant
  /** Today, where the account is. */
  readonly day: string
  /** All limits that count these uses. */
  readonly limits: () => readonly Limit[]
  /** `held`: what reservations hold; a check doesn't look. */
  readonly standing: (held?: Standing['held']) => Standing
}

/**
 * Reads an account's fold and whatever of it is needed; warm, that is one Query.
 *
 * @returns `undefined` for an account without a log
 * @throws BrokenChain
 */
export async function foldForUse(
  folds: WarmFolds,
  account: string,
  { user, group, uses }: WantedUses,
  { now, maxAgeMs }: { readonly now: Instant; readonly maxAgeMs: number },
): Promise<FoldForUse | undefined> {
  return await steadyFold(folds, account, maxAgeMs, async ({ fold, readAt }) => {
    const day = fold.dayOf(now)
    await fold.load([], [user])
    const limits = () => {
      const tier = tierNamed(fold.limits().settings, fold.assignedTier(user))
      const spender = { user, group, tier, day }
      return uses.flatMap(({ category: name, service }) =>
        limitsOn(fold.limits(), spender, { category: categories.find((one) => one === name), service }),
      )
    }
    await fold.load(
      limits().flatMap(({ scope, window }) => monthsOf(window).map((month) => ({ scope, month }))),
      [],
    )
    return { fold, readAt, day, limits, standing: (held = () => noCredits) => standingOf(fold, user, held) }
  })
}

/** All of one page: the head that the fold has come to by the time this is asked. */
function standingOf(fold: AccountFold, user: string, held: Standing['held']): Standing {
  const head = fold.head()
  if (head === undefined) throw new Error(`the fold of ${fold.account} has lost its head`)
  const { balance, topUp } = head.header
  return {
    state: fold.limits(),
    balance,
    topUp: topUp.kind,
    held,
    assigned: fold.assignedTier(user),
    spent: fold.spent,
  }
}
