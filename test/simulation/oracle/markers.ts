import type { Item } from '../services/expressions.ts'
import { markerKey } from './bound-id.ts'
import type { Report } from './findings.ts'
import { identityText, type Knowledge } from './knowledge.ts'
import type { Charged } from './ledger.ts'

const W_MS = 30 * 60_000

export interface PlainMarker {
  readonly account: string
  readonly seq: number
}

/** Watches the markers: each says that nobody wrote its identity up to a page, unless with it. */
export interface Markers {
  readonly of: (source: string, id: string) => PlainMarker | undefined
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
}

export function markersOf({ knowledge, report, charged, logTime }: MarkersSetting): Markers {
  const standing = new Map<string, PlainMarker>()
  let late = 0
  const identities = new Map<string, { readonly text: string; readonly boundAt: number | undefined }>()
  for (const variants of knowledge.variants.values()) {
    const [one] = variants.values()
    if (one === undefined) continue
    identities.set(markerKey(one.source, one.id), { text: identityText(one), boundAt: one.boundAt })
  }

  const written: Markers['written'] = (item, before) => {
    const key = item['identity']?.S ?? ''
    const marker = { account: item['account']?.S ?? '', seq: Number(item['seq']?.N) }
    standing.set(key, marker)
    const identity = identities.get(key)
    // Not of a usage event: a grant's.
    if (identity === undefined) return
    if (identity.boundAt !== undefined && before === undefined) late += 1
    const what = `${identity.text}: ${JSON.stringify(marker)}`
    if (before !== undefined && before['account']?.S !== marker.account)
      report('safety', 'a marker never changes its account', what)
    if (before !== undefined && Number(before['seq']?.N) >= marker.seq) report('safety', 'a marker only moves up', what)
    const charge = charged().get(identity.text)
    if (charge !== undefined && charge.account === marker.account && charge.seq <= marker.seq)
      report('safety', 'a marker promises absence only where it is so', `${what}, charged in page ${charge.seq}`)
    if (identity.boundAt !== undefined && logTime(marker.account) <= identity.boundAt + W_MS)
      report('cost', 'a fresh bound id takes no marker', what)
  }
  return { of: (source, id) => standing.get(markerKey(source, id)), late: () => late, written }
}
