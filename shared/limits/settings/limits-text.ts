import { standardLimits } from '../../ledger/entries/limit-settings.ts'
import { fromGrant, fromLimits, type GrantV1, type LimitsV1, toGrant, toLimits } from '../../ledger/page/limits-v1.ts'
import { credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import { byName } from '../../text/order.ts'
import type { RequestState } from '../requests/upgrade-request.ts'
import type { UserTiers } from './fold-limits.ts'
import type { Allowance, LimitsState } from './limits-state.ts'

type RequestText = Omit<RequestState, 'wish' | 'granted' | 'decidedBy'> & {
  readonly wish: GrantV1
  readonly granted?: GrantV1
  readonly decidedBy?: string
}
type AllowanceText = Omit<Allowance, 'credits'> & { readonly credits: string }

interface StateText {
  readonly version: number
  readonly hasUserTiers: boolean
  readonly settings: LimitsV1
  readonly allowances: readonly AllowanceText[]
  readonly requests: readonly RequestText[]
}

/** The standard settings as snapshots have them from when the balance was not held by default: the same log keeps the same bytes. */
const STANDARD_TEXT = toLimits({ ...standardLimits, holdsBalance: false })

/** Canonical JSON: the same bytes whenever and in however many steps the same log was folded. */
export function limitsText({ settings, version, hasUserTiers, allowances, requests }: LimitsState): string {
  const text: StateText = {
    version,
    hasUserTiers,
    settings: version === 0 ? STANDARD_TEXT : toLimits(settings),
    allowances: allowances.map((one) => ({ ...one, credits: plain(one.credits) })),
    requests: requests.map(({ wish, granted, decidedBy, ...request }) => ({
      ...request,
      wish: toGrant(wish),
      ...(granted && { granted: toGrant(granted) }),
      ...(decidedBy !== undefined && { decidedBy }),
    })),
  }
  return JSON.stringify(text)
}

/** Reads what `limitsText` wrote. */
export function readLimits(text: string): LimitsState {
  const { version, hasUserTiers, settings, allowances, requests } = JSON.parse(text) as StateText
  return {
    version,
    hasUserTiers,
    settings: version === 0 ? standardLimits : fromLimits(settings),
    allowances: allowances.map((one) => ({ ...one, credits: credits(one.credits) })),
    requests: requests.map(({ wish: wished, granted, decidedBy, ...request }) => {
      const wish = fromGrant(wished)
      if (wish.kind === 'nothing') throw new RangeError(`the upgrade request ${request.id} asks for nothing`)
      return { ...request, wish, granted: granted && fromGrant(granted), decidedBy }
    }),
  }
}

/** Rows, not object keys: a user may be called `__proto__`. */
export const userTiersText = (tiers: UserTiers): string => JSON.stringify([...tiers].sort(byName))

export const readUserTiers = (text: string): UserTiers => new Map(JSON.parse(text) as readonly [string, string][])
