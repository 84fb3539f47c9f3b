import type { Tools } from '../../shared/aws/lambda.ts'
import { BrokenChain } from '../../shared/ledger/errors.ts'
import { judgeUse, type Reason, type Verdict } from '../../shared/limits/decide/judge-use.ts'
import { type FoldForUse, foldForUse } from '../../shared/limits/io/fold-for-use.ts'
import type { Credits } from '../../shared/money/amounts.ts'
import { cardInForce } from '../../shared/pricing/cards/catalogue.ts'
import { pricesService } from '../../shared/pricing/cards/prices-service.ts'
import { didYouMeanService } from '../../shared/pricing/charge/did-you-mean-service.ts'
import type { Instant } from '../../shared/time/instant.ts'
import type { Services } from './services.ts'

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
  readonly verdicts: readonly (Verdict | { readonly kind: 'unjudged'; readonly reason: Reason })[]
}

/** Decides by the account's log, folded to its head. An account that nobody knows, or whose log is broken, is refused. */
export async function checkAccess(
  { folds, catalogue }: Pick<Services, 'folds' | 'catalogue'>,
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
  catalogue: Services['catalogue'],
  { account, model }: { readonly account: string; readonly model: string | undefined },
  now: Instant,
): Promise<boolean> {
  if (model === undefined) return true
  const card = cardInForce(await catalogue.cardsFor(now), now)
  return card !== undefined && pricesService(card, model, account)
}

/** `; did you mean …?` where a verdict refuses a model that has no price; `''` elsewhere, without a look at the card. */
export async function meantModel(
  catalogue: Services['catalogue'],
  { account, model }: { readonly account: string; readonly model?: string | undefined },
  verdicts: readonly (Verdict | { readonly kind: 'unjudged'; readonly reason: Reason })[],
  now: Instant,
): Promise<string> {
  const isUnpriced = verdicts.some((verdict) => verdict.kind !== 'decided' && verdict.reason === 'unpriced-model')
  if (!isUnpriced || model === undefined) return ''
  return didYouMeanService(cardInForce(await catalogue.cardsFor(now), now), model, account)
}
