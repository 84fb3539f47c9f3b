import { type Credits, noCredits, plus } from '../../money/amounts.ts'
import { type ChargeEntry, usageIdentity } from './charge.ts'
import type { Entry } from './entries.ts'
import type { Identity } from './identity.ts'

/** The corrections of a charge. */
export interface Corrections {
  /** The number of re-ratings. */
  readonly reratings: number
  /** The credits that they gave back in sum; below zero: they made the charge dearer. */
  readonly givenBack: Credits
  /** Refunded, in part or whole. */
  readonly isRefunded: boolean
}

export const noCorrections: Corrections = { reratings: 0, givenBack: noCredits, isRefunded: false }

/** Corrections by charge, added in any order. It holds only those whose charges were not taken yet. */
export interface CorrectionBook {
  readonly add: (entry: Entry) => void
  /** Takes the corrections of a charge out: each charge stands once in a log. */
  readonly take: (charge: ChargeEntry) => Corrections
}

export function correctionBook(): CorrectionBook {
  const byCharge = new Map<Identity, Corrections>()
  const add = (entry: Entry): void => {
    if (entry.kind !== 'refund' && entry.kind !== 'rerating') return
    const charge = usageIdentity(entry.of)
    byCharge.set(charge, withEntry(byCharge.get(charge) ?? noCorrections, entry))
  }
  const take = (charge: ChargeEntry): Corrections => {
    const identity = usageIdentity(charge)
    const found = byCharge.get(identity) ?? noCorrections
    byCharge.delete(identity)
    return found
  }
  return { add, take }
}

function withEntry(known: Corrections, entry: Extract<Entry, { kind: 'refund' | 'rerating' }>): Corrections {
  if (entry.kind === 'refund') return { ...known, isRefunded: true }
  const { reratings, givenBack } = known
  return { ...known, reratings: reratings + 1, givenBack: plus(givenBack, entry.credits) }
}
