import { Problem } from '../../errors/problems.ts'
import { clipped } from '../../errors/refusal.ts'
import type { Tier } from '../../ledger/entries/limit-settings.ts'
import type { UpgradeRequest } from '../../ledger/entries/limits.ts'
import { utf8Length } from '../../text/utf8.ts'
import { windowOf } from '../../time/window.ts'
import type { Category } from '../../usage/meters.ts'
import { tierNamed } from '../decide/limits-on.ts'
import type { LimitsState } from '../settings/limits-state.ts'
import { noSuchTier, type TierFault, tierFaultOf } from '../settings/tier-fault.ts'
import { openRequest, type RequestState } from './upgrade-request.ts'

/** Bounds by number and bytes: requests of months that have not ended lie in one item of a snapshot, of DynamoDB's 400 KB. */
export const MOST_REQUESTS = 2000
const REQUESTS_BYTES = 256 * 1024
/** A request's window, its times, and the grant. */
const BYTES_BESIDE_WORDS = 250

/** Why this can't be asked for. */
export type FilingRefusal =
  | { readonly kind: 'open'; readonly request: string }
  | { readonly kind: 'too-many' }
  /** The user's tier has no limit for the category: there is nothing to raise. */
  | { readonly kind: 'no-limit'; readonly tier: string | undefined }
  | { readonly kind: 'not-higher'; readonly tier: string; readonly today: string }
  | TierFault

export type Filing =
  | { readonly kind: 'filed'; readonly request: UpgradeRequest }
  /** The same request again, open or decided. */
  | { readonly kind: 'known'; readonly request: RequestState }
  | { readonly kind: 'refused'; readonly refusal: FilingRefusal }

/** A request before it has a window and a number. */
export type Asked = Pick<UpgradeRequest, 'id' | 'user' | 'category' | 'wish' | 'reason' | 'at'>

/**
 * Files a request for a user: one open one for each category, for the calendar month that tiers count by.
 *
 * A tier has to give more of the category than today's, or no limit at all: a wish that would change nothing, or take away, is a
 * mistake. An amount needs a limit to be added to.
 *
 * @param assigned the tier that the user was assigned
 * @param day today, where the account is
 */
export function fileUpgrade(state: LimitsState, assigned: string | undefined, asked: Asked, day: string): Filing {
  const { user, category, wish } = asked
  const window = windowOf({ kind: 'month' }, day)
  const known = state.requests.find(({ id }) => id === asked.id)
  if (known !== undefined) return { kind: 'known', request: known }
  const refused = (refusal: FilingRefusal): Filing => ({ kind: 'refused', refusal })

  const open = openRequest(state.requests, asked, day)
  if (open !== undefined) return refused({ kind: 'open', request: open.id })
  const today = tierNamed(state.settings, assigned)
  const fault = wishFault(state, today, wish, category)
  if (fault !== undefined) return refused(fault)
  if (
    isFull(
      state.requests.filter((one) => day < one.window.to),
      asked,
    )
  )
    return refused({ kind: 'too-many' })
  const { id, reason, at } = asked
  const before = state.requests.filter(
    (one) => one.user === user && one.category === category && one.window.key === window.key,
  )
  return { kind: 'filed', request: { id, user, category, window, nth: before.length + 1, wish, reason, at } }
}

/** Why a wish gives a user no more of a category than today's tier does; `undefined`: it does. */
export function wishFault(
  { settings }: LimitsState,
  today: Tier | undefined,
  wish: Asked['wish'],
  category: Category,
): FilingRefusal | undefined {
  const limit = today?.limits.get(category)
  const needsLimit = wish.kind === 'amount' || today !== undefined
  if (limit === undefined && needsLimit) return { kind: 'no-limit', tier: today?.id }
  if (wish.kind === 'amount') return undefined
  const fault = tierFaultOf(settings, wish.tier, undefined)
  if (fault !== undefined || today === undefined || limit === undefined) return fault
  const wished = settings.tiers.find(({ id }) => id === wish.tier)?.limits.get(category)
  if (wished === undefined || wished.gt(limit)) return undefined
  return { kind: 'not-higher', tier: wish.tier, today: today.id }
}

function isFull(kept: readonly RequestState[], asked: Asked): boolean {
  let bytes = bytesOf(asked)
  for (const one of kept) bytes += bytesOf(one)
  return kept.length >= MOST_REQUESTS || bytes > REQUESTS_BYTES
}

/** The user's name counts twice: the grant names it too. */
const bytesOf = ({ user, reason }: Pick<Asked, 'user' | 'reason'>): number =>
  2 * utf8Length(user) + utf8Length(reason) + BYTES_BESIDE_WORDS

interface Who {
  readonly account: string
  readonly user: string
  readonly category: string
}

/** Why an upgrade request can't be filed, in words. */
export function filingProblem({ account, user, category }: Who, refusal: FilingRefusal): Problem {
  const who = clipped(user)
  switch (refusal.kind) {
    case 'open':
      return new Problem(
        'upgrade-request.open',
        `${who} already has an open request for more ${category} this month (${refusal.request})`,
      )
    case 'too-many':
      return new Problem(
        'upgrade-request.too-many',
        `${account} has as many upgrade requests of this month as it can keep; decided ones count until the month ends`,
      )
    case 'no-limit': {
      const where = refusal.tier === undefined ? 'is in no tier' : `is in the tier ${refusal.tier}`
      return new Problem(
        'upgrade-request.not-higher',
        `${who} ${where} and has no limit for ${category} that could be raised; see what decides: POST /v1/access-checks`,
      )
    }
    case 'not-higher':
      return new Problem(
        'upgrade-request.not-higher',
        `the tier ${refusal.tier} gives ${who} no more ${category} than ${refusal.today}; ask for a higher one, or for an amount`,
      )
    case 'unknown-tier':
    case 'archived-tier':
      return noSuchTier(account, refusal)
  }
}
