import type { Item } from '../services/expressions.ts'
import { markerKey } from './bound-id.ts'
import type { Report } from './findings.ts'
import { identityText, type Knowledge } from './knowledge.ts'
import type { Charged } from './ledger.ts'

const W_MS = 30 * 60_000

interface PlainMarker {
  readonly account: string
  readonly seq: number
  readonly epoch: number
}

/** Watches the markers: each says that nobody wrote its identity up to a page, unless with it. */
export interface Markers {
  readonly of: (source: string, id: string) => PlainMarker | undefined
  readonly latestEpoch: (account: string) => number
  /** How many account-bound ids have one. */
  readonly late: () => number
  readonly written: (item: Item, before: Item | undefined) => void
}

export interface MarkersSetting {
  readonly knowledge: Knowledge
  readonly report: Report
  readonly charged: () => ReadonlyMap<string, Charged>
  /** Of the account's newest page. */
  readonly logTime: (account: string) => number
  readonly cuts: (account: string) => readonly number[]
}

export function markersOf({ knowledge, report, charged, logTime, cuts }: MarkersSetting): Markers {
  const standing = new Map<string, PlainMarker>()
  let late = 0
  const identities = new Map<string, { readonly text: string; readonly boundAt: number | undefined }>()
  for (const variants of knowledge.variants.values()) {
    const [one] = variants.values()
    if (one === undefined) continue
    identities.set(markerKey(one.source, one.id), { text: identityText(one), boundAt: one.boundAt })
  }

  /** What it says of pages after the cut of a later epoch is about pages that are gone. */
  const standingSeq = ({ account, seq, epoch }: PlainMarker): number => Math.min(seq, ...cuts(account).slice(epoch))

  const written: Markers['written'] = (item, before) => {
    const key = item['identity']?.S ?? ''
    const marker = plainMarker(item)
    standing.set(key, marker)
    const identity = identities.get(key)
    // Not of a usage event: a grant's.
    if (identity === undefined) return
    if (identity.boundAt !== undefined && before === undefined) late += 1
    const what = `${identity.text}: ${JSON.stringify(marker)}`
    if (before !== undefined && before['account']?.S !== marker.account)
      report('safety', 'a marker never changes its account', what)
    if (before !== undefined && standingSeq(plainMarker(before)) >= marker.seq)
      report('safety', 'a marker only moves up', what)
    const charge = charged().get(identity.text)
    if (charge !== undefined && charge.account === marker.account && charge.seq <= marker.seq)
      report('safety', 'a marker promises absence only where it is so', `${what}, charged in page ${charge.seq}`)
    if (identity.boundAt !== undefined && logTime(marker.account) <= identity.boundAt + W_MS)
      report('cost', 'a fresh bound id takes no marker', what)
  }
  const of: Markers['of'] = (source, id) => {
    const marker = standing.get(markerKey(source, id))
    return marker && { ...marker, seq: standingSeq(marker) }
  }
  const latestEpoch: Markers['latestEpoch'] = (account) =>
    [...standing.values()].reduce((latest, one) => (one.account === account ? Math.max(latest, one.epoch) : latest), 0)
  return { of, latestEpoch, late: () => late, written }
}

const plainMarker = (item: Item): PlainMarker => ({
  account: item['account']?.S ?? '',
  seq: Number(item['seq']?.N),
  epoch: Number(item['epoch']?.N),
})
