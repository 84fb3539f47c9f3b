import type { Tools } from '../../aws/lambda.ts'
import { BrokenChain } from '../../ledger/errors.ts'
import { type Credits, noCredits } from '../../money/amounts.ts'
import type { WarmCatalogue } from '../../pricing/io/warm-catalogue.ts'
import { monthsOf } from '../../spend/selector.ts'
import type { Instant } from '../../time/instant.ts'
import { categories } from '../../usage/meters.ts'
import { type AccessDecision, decideAccess, refusedOutright, type Standing } from '../decide/decide-access.ts'
import { type Limit, limitsOn, tierNamed } from '../decide/limits-on.ts'
import type { AccountFold } from './account-fold.ts'
import type { FoldAtHead, WarmFolds } from './warm-folds.ts'

/** An access check of a platform. */
interface AccessRequest {
  readonly account: string
  readonly user: string
  readonly group: string | undefined
  readonly model: string | undefined
  readonly categories: readonly string[]
  readonly estimate: Credits | undefined
  readonly maxAgeMs: number
}

interface CheckedAccess {
  /** The fold that it was decided on; `undefined`: there is no log. */
  readonly fold: FoldForUse | undefined
  /** One for each category, in their order. */
  readonly decisions: readonly AccessDecision[]
  /** `; did you mean …?` where a model without a price is refused; else `''`. */
  readonly modelMeant: string
}

/** Decides by the account's log, folded to its head. An unknown account, or one with a broken log, is refused. */
export async function checkAccess(
  { folds, catalogue }: { readonly folds: WarmFolds; readonly catalogue: WarmCatalogue },
  { account, user, group, model, categories, estimate, maxAgeMs }: AccessRequest,
  { now, logger }: Pick<Tools, 'now' | 'logger'>,
): Promise<CheckedAccess> {
  const withoutLog = (reason: 'unknown-account' | 'account-stopped'): CheckedAccess => ({
    fold: undefined,
    decisions: categories.map(() => refusedOutright(reason)),
    modelMeant: '',
  })
  const uses = categories.map((category) => ({ category, service: model }))
  try {
    const isPriced = await hasPrice(catalogue, { account, model }, now())
    const fold = await foldForUse(folds, account, { user, group, uses }, { now: now(), maxAgeMs })
    if (fold === undefined) return withoutLog('unknown-account')
    // Nothing is awaited until all is decided: another request may take pages into the same fold.
    const standing = fold.standing()
    const wanted = { user, group, day: fold.day, service: model, isPriced, estimate }
    const decisions = categories.map((category) => decideAccess(standing, { ...wanted, category }))
    return { fold, decisions, modelMeant: await meantModel(catalogue, { account, model }, decisions, now()) }
  } catch (error) {
    if (!(error instanceof BrokenChain)) throw error
    logger.error('an account was stopped', error)
    return withoutLog('account-stopped')
  }
}

/** Whether the rate card in force has a price of a model for an account; true, without a look at it, where no model is named. */
export async function hasPrice(
  catalogue: WarmCatalogue,
  { account, model }: { readonly account: string; readonly model: string | undefined },
  now: Instant,
): Promise<boolean> {
  if (model === undefined) return true
  return (await catalogue.cardAt(now))?.pricesService(model, account) ?? false
}

/** `; did you mean …?` where a decision refuses a model without a price; `''` elsewhere, without a look at the card. */
export async function meantModel(
  catalogue: WarmCatalogue,
  { account, model }: { readonly account: string; readonly model: string | undefined },
  decisions: readonly AccessDecision[],
  now: Instant,
): Promise<string> {
  const isUnpriced = decisions.some((one) => one.kind === 'refused-outright' && one.reason === 'unpriced-model')
  if (!isUnpriced || model === undefined) return ''
  return (await catalogue.cardAt(now))?.meant(model, account) ?? ''
}

/** A user with a use, by the fields that limits look at. */
export interface WantedUses {
  readonly user: string
  readonly group: string | undefined
  readonly uses: readonly { readonly category: string; readonly service: string | undefined }[]
}

/** An account's fold at its head, with all that the limits of some uses count. */
export class FoldForUse {
  readonly fold: AccountFold
  readonly readAt: Instant
  /** Today, where the account is. */
  readonly day: string
  readonly #wanted: WantedUses

  constructor({ fold, readAt }: FoldAtHead, day: string, wanted: WantedUses) {
    this.fold = fold
    this.readAt = readAt
    this.day = day
    this.#wanted = wanted
  }

  /** All limits that count these uses. */
  limits(): readonly Limit[] {
    const { user, group, uses } = this.#wanted
    const state = this.fold.limits()
    const spender = { user, group, tier: tierNamed(state.settings, this.fold.assignedTier(user)), day: this.day }
    return uses.flatMap(({ category: name, service }) =>
      limitsOn(state, spender, { category: categories.find((one) => one === name), service }),
    )
  }

  /** The account at the fold's head. @param held what reservations hold; a check ignores them */
  standing(held: Standing['held'] = () => noCredits): Standing {
    const head = this.fold.head()
    if (head === undefined) throw new Error(`the fold of ${this.fold.account} has lost its head`)
    return {
      state: this.fold.limits(),
      balance: head.header.balance,
      topUp: head.header.topUp.kind,
      held,
      assigned: this.fold.assignedTier(this.#wanted.user),
      spent: (limit) => this.fold.spent(limit),
    }
  }
}

/**
 * Reads an account's fold with the spend that the limits of these uses count. A warm process needs one Query.
 *
 * @returns `undefined` for an account without a log
 * @throws BrokenChain
 */
export async function foldForUse(
  folds: WarmFolds,
  account: string,
  wanted: WantedUses,
  { now, maxAgeMs }: { readonly now: Instant; readonly maxAgeMs: number },
): Promise<FoldForUse | undefined> {
  return await folds.steady(account, maxAgeMs, async (kept) => {
    const { fold } = kept
    await fold.load([], [wanted.user])
    const found = new FoldForUse(kept, fold.dayOf(now), wanted)
    const places = found.limits().flatMap(({ scope, window }) => monthsOf(window).map((month) => ({ scope, month })))
    await fold.load(places, [])
    return found
  })
}
