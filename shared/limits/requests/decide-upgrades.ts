import type { Grant } from '../../ledger/entries/limits.ts'
import { tierNamed } from '../decide/limits-on.ts'
import type { LimitsState } from '../settings/limits-state.ts'
import { type TierFault, tierFaultOf } from '../settings/tier-fault.ts'
import { isOpen, type RequestState } from './upgrade-request.ts'

/** Why one of all that are open was left for a person to decide. */
export type LeftOpen = TierFault['kind'] | 'not-higher'

export interface DecideAll {
  /** Requests that this decides, with what it grants; those that the same call decided before, too. */
  readonly decisions: readonly { readonly request: RequestState; readonly granted: Grant }[]
  readonly left: readonly { readonly request: RequestState; readonly why: LeftOpen }[]
}

/**
 * The decision for each open request when all are decided at once.
 *
 * As asked, but never down: who asked for two tiers is granted the higher one, and the other request stays open.
 *
 * @param key of the call: requests that it decided before its answer got lost count as decided by it
 * @param assignedTier the tier that a user was assigned
 */
export function decideAll(
  { settings, requests }: Pick<LimitsState, 'settings' | 'requests'>,
  grant: 'as-asked' | 'nothing',
  key: string,
  day: string,
  assignedTier: (user: string) => string | undefined,
): DecideAll {
  const decisions: { request: RequestState; granted: Grant }[] = []
  const left: { request: RequestState; why: LeftOpen }[] = []
  const tiers = new Map<string, string | undefined>()
  for (const request of requests) {
    const { user, wish, category, granted, decidedBy } = request
    if (granted !== undefined && decidedBy === key) decisions.push({ request, granted })
    if (!isOpen(request, day)) continue
    if (grant === 'nothing') decisions.push({ request, granted: { kind: 'nothing' } })
    else {
      const today = tiers.has(user) ? tiers.get(user) : assignedTier(user)
      const why = wish.kind === 'tier' ? whyNot(settings, wish.tier, today, category) : undefined
      if (why !== undefined) left.push({ request, why })
      else {
        decisions.push({ request, granted: wish })
        if (wish.kind === 'tier') tiers.set(user, wish.tier)
      }
    }
  }
  return { decisions, left }
}

function whyNot(
  settings: LimitsState['settings'],
  wished: string,
  assigned: string | undefined,
  category: RequestState['category'],
): LeftOpen | undefined {
  const fault = tierFaultOf(settings, wished, assigned)
  if (fault !== undefined) return fault.kind
  const today = tierNamed(settings, assigned)
  if (today === undefined) return undefined
  const [limit, then] = [today.limits.get(category), tierNamed(settings, wished)?.limits.get(category)]
  return limit === undefined || then?.lte(limit) === true ? 'not-higher' : undefined
}

/** The phrase to type. Its number guards against requests that came meanwhile. */
export const phraseOf = (account: string, grant: 'as-asked' | 'nothing', requests: number): string =>
  `${grant === 'as-asked' ? 'approve' : 'reject'} ${requests} ${requests === 1 ? 'request' : 'requests'} of ${account}`
