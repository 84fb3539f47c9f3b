/** What a rule protects: money, progress, or only effort. */
type FindingKind = 'safety' | 'liveness' | 'cost'

export interface Finding {
  readonly kind: FindingKind
  /** The rule of the design that was broken, as a sentence. */
  readonly rule: string
  readonly detail: string
  /** Virtual time. */
  readonly at: number
}

export type Report = (kind: FindingKind, rule: string, detail: string) => void

/** The first findings of a run; one bug finds many. */
const KEPT = 20

export function findingsOf(now: () => number): { readonly report: Report; readonly list: readonly Finding[] } {
  const list: Finding[] = []
  const report: Report = (kind, rule, detail) => {
    if (list.length < KEPT) list.push({ kind, rule, detail, at: now() })
  }
  return { report, list }
}
