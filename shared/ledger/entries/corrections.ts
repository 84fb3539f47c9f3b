import { type Credits, noCredits, plus } from '../../money/amounts.ts'
import { type ChargeEntry, usageIdentity } from './charge.ts'
import type { Entry } from './entries.ts'
import type { Identity } from './identity.ts'

/** What was done about a charge after it. */
export interface Corrections {
  /** How many re-ratings. */
  readonly reratings: number
  /** By them, all together, in credits; below zero: they made it dearer. */
  readonly givenBack: Credits
  /** In part or whole. */
  readonly isRefunded: boolean
}

export const noCorrections: Corrections = { reratings: 0, givenBack: noCredits, isRefunded: false }

/** Corrections by charge, added in any order. It holds only those whose charges were not taken yet. */
export interface CorrectionBook {
  readonly add: (entry: Entry) => void
  /** Those of a charge, which then are forgotten: each charge stands once in a log. */
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
