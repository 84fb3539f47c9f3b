import { credits, euros } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { AutoTopUp } from '../entries/auto-top-up.ts'
import type { Settings } from '../entries/entry.ts'

/** Format 1 of an account's settings. */
export interface SettingsV1 {
  readonly lowBalanceLevels: readonly string[]
  readonly lowBalanceShares?: readonly number[]
  readonly autoTopUp?: {
    readonly threshold: string
    /** One of the two. */
    readonly amount?: string
    readonly target?: string
    /** With an amount, since purchases are multiples of it. */
    readonly most?: string
    readonly capPaid: string
    readonly capNumber: number
    readonly cooldownMinutes: number
  }
}

export function toSettings({ lowBalanceLevels, lowBalanceShares, autoTopUp }: Settings): SettingsV1 {
  return {
    lowBalanceLevels: lowBalanceLevels.map(plain),
    ...(lowBalanceShares && { lowBalanceShares }),
    ...(autoTopUp && { autoTopUp: toAuto(autoTopUp) }),
  }
}

function toAuto({ threshold, buys, monthlyCap, cooldownMinutes }: AutoTopUp): NonNullable<SettingsV1['autoTopUp']> {
  return {
    threshold: plain(threshold),
    ...(buys.kind === 'amount' ? { amount: plain(buys.amount) } : { target: plain(buys.target) }),
    ...(buys.kind === 'amount' && buys.mostPerPurchase && { most: plain(buys.mostPerPurchase) }),
    capPaid: plain(monthlyCap.paid),
    capNumber: monthlyCap.number,
    cooldownMinutes,
  }
}

/** @throws RangeError for what format 1 does not have */
export function fromSettings({ lowBalanceLevels, lowBalanceShares, autoTopUp }: SettingsV1): Settings {
  return {
    lowBalanceLevels: lowBalanceLevels.map(credits),
    ...(lowBalanceShares && { lowBalanceShares }),
    ...(autoTopUp && { autoTopUp: fromAuto(autoTopUp) }),
  }
}

function fromAuto(auto: NonNullable<SettingsV1['autoTopUp']>): AutoTopUp {
  const { amount, target = '', most } = auto
  const bounded = most === undefined ? {} : { mostPerPurchase: credits(most) }
  return {
    threshold: credits(auto.threshold),
    buys:
      amount === undefined
        ? { kind: 'target', target: credits(target) }
        : { kind: 'amount', amount: credits(amount), ...bounded },
    monthlyCap: { paid: euros(auto.capPaid), number: auto.capNumber },
    cooldownMinutes: auto.cooldownMinutes,
  }
}
