import { unitAt } from '../../world/random.ts'

/** What can befall a call. */
export const faultKinds = [
  /** Never arrives. */
  'lost-request',
  /** Is done; the answer never arrives. */
  'lost-response',
  /** The client gives up, and the request is done long after. */
  'late-execution',
  'throttle',
  /** A 500; nothing was done. */
  'server-error',
  /** A 500, although it was done. */
  'server-error-done',
  'delay',
  'crash-before',
  'crash-after',
  /** The process stands still, perhaps for longer than its message is its own, and goes on as if nothing were. */
  'pause-before',
  'pause-after',
] as const

export type FaultKind = (typeof faultKinds)[number]

export type FaultRates = Readonly<Record<FaultKind, number>>

/** Everything fails, for a while. */
export interface Outage {
  readonly from: number
  readonly to: number
  readonly kind: 'throttle' | 'server-error' | 'lost-request'
}

export interface Faults {
  /** What befalls the call with this number, now. */
  readonly at: (ordinal: number, now: number) => FaultKind | undefined
  /** A number from 0 to below 1, for the call's other circumstances. */
  readonly unit: (ordinal: number, purpose: number) => number
  /** The calls that something befell. */
  readonly struck: readonly (readonly [ordinal: number, kind: FaultKind])[]
}

/** @param only those calls alone may be struck: how a history is shortened */
export function faultsOf(
  seed: number,
  rates: FaultRates,
  outages: () => readonly Outage[],
  isOn: (now: number) => boolean,
  only: ReadonlySet<number> | undefined,
): Faults {
  const struck: (readonly [number, FaultKind])[] = []
  const unit = (ordinal: number, purpose: number): number => unitAt(seed, ordinal, purpose)
  const draw = (ordinal: number, now: number): FaultKind | undefined => {
    if (!isOn(now)) return undefined
    const outage = outages().find(({ from, to }) => from <= now && now < to)
    if (outage !== undefined) return outage.kind
    let left = unit(ordinal, 0)
    for (const kind of faultKinds) {
      left -= rates[kind]
      if (left < 0) return kind
    }
    return undefined
  }
  const at = (ordinal: number, now: number): FaultKind | undefined => {
    const kind = draw(ordinal, now)
    if (kind === undefined || only?.has(ordinal) === false) return undefined
    struck.push([ordinal, kind])
    return kind
  }
  return { at, unit, struck }
}
