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
export class CorrectionBook {
  readonly #byCharge = new Map<Identity, Corrections>()

  /** Takes an entry in; one that corrects no charge is skipped. */
  add(entry: Entry): void {
    if (entry.kind !== 'refund' && entry.kind !== 'rerating') return
    const charge = usageIdentity(entry.of)
    this.#byCharge.set(charge, withEntry(this.#byCharge.get(charge) ?? noCorrections, entry))
  }

  /** Takes the corrections of a charge out: each charge stands once in a log. */
  take(charge: ChargeEntry): Corrections {
    const identity = usageIdentity(charge)
    const found = this.#byCharge.get(identity) ?? noCorrections
    this.#byCharge.delete(identity)
    return found
  }
}

function withEntry(known: Corrections, entry: Extract<Entry, { kind: 'refund' | 'rerating' }>): Corrections {
  if (entry.kind === 'refund') return { ...known, isRefunded: true }
  const { reratings, givenBack } = known
  return { ...known, reratings: reratings + 1, givenBack: plus(givenBack, entry.credits) }
}
