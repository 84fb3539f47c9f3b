import type { Credits } from '../../money/amounts.ts'
import type { Exact } from '../../money/exact.ts'
import type { Quantities } from '../../usage/quantities.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import type { EntryKind } from './entry-kind.ts'
import { type Identity, identity } from './identity.ts'

/** A usage event that was charged. Quantities and version give `credits` again, to the last digit. */
export interface ChargeEntry extends Omit<UsageEvent, 'account'> {
  readonly kind: 'charge'
  readonly rateCard: number
  readonly credits: Credits
}

/** Source and id, nothing else: producers retry with a fresh time, a changed payload, even another account. */
export const usageIdentity = ({ source, id }: Pick<UsageEvent, 'source' | 'id'>): Identity =>
  identity('usage', source, id)

const COMPARED = ['time', 'user', 'group', 'category', 'service', 'variant', 'reservation'] as const

/** Field by field: a payload hash would cost half an entry's bytes (performance, "Encoding a page"). */
export function chargeDifference(event: Omit<UsageEvent, 'account'>, charge: ChargeEntry): readonly string[] {
  const differing: string[] = COMPARED.filter((field) => event[field] !== charge[field])
  return sameQuantities(event.quantities, charge.quantities) ? differing : [...differing, 'quantities']
}

function sameQuantities(a: Quantities, b: Quantities): boolean {
  if (a.size !== b.size) return false
  return [...a].every(([meter, quantity]) => (b.get(meter) as Exact | undefined)?.eq(quantity) ?? false)
}

/** Charges are stored as columns (charge-columns.ts). */
export const chargeKinds: { readonly charge: EntryKind<ChargeEntry> } = {
  charge: {
    identity: usageIdentity,
    charged: ({ credits }) => credits,
    difference: chargeDifference,
    words: ({ service }) => service,
  },
}
