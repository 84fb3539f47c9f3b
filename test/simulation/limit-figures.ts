import { amountText } from './oracle/amount.ts'
import type { LimitFigures } from './oracle/limits/limits.ts'
import type { Bound, Overspend } from './oracle/limits/overspend.ts'

/** What limits came to in one history, for its line. */
export function limitsLine({ checks, refused, reserved, notReserved, told, ended, overspends }: LimitFigures): string {
  const over = largestOf(overspends)
  const ends = Object.entries(ended).map(([why, number]) => `${why} ${number}`)
  const passed = over === undefined ? 'over 0' : `over ${rounded(over.over)} of ${rounded(over.bound)}`
  return `checks ${checks} refused ${refused} held ${reserved} not ${notReserved} ends ${ends.join(' ')} told ${told} ${passed}`
}

/** What limits came to in all histories. */
export interface LimitTally {
  readonly add: (seed: number, figures: LimitFigures) => void
  readonly lines: () => readonly string[]
}

export function limitTally(): LimitTally {
  const sum = { checks: 0, refused: 0, reserved: 0, notReserved: 0, told: 0 }
  const ended = new Map<string, number>()
  const passed: (Overspend & { readonly seed: number })[] = []
  return {
    add: (seed, figures) => {
      for (const name of ['checks', 'refused', 'reserved', 'notReserved', 'told'] as const) sum[name] += figures[name]
      for (const [why, number] of Object.entries(figures.ended)) ended.set(why, (ended.get(why) ?? 0) + number)
      passed.push(...figures.overspends.map((one) => ({ ...one, seed })))
    },
    lines: () => {
      if (sum.checks + sum.reserved === 0) return []
      const ends = [...ended].map(([why, number]) => `${number} ${why}`)
      return [
        `limits: ${sum.checks} checks, ${sum.refused} refused; ${sum.reserved} reserved, ${sum.notReserved} not; holds ended: ${ends.join(', ')}; ${sum.told} notices`,
        ...lineOf('largest overspend', largestOf(passed)),
        ...lineOf('nearest to its bound', nearestOf(passed)),
        ...lineOf('largest where all was held and nothing re-rated', largestOf(passed.filter(isOfHolds))),
      ]
    },
  }
}

const isOfHolds = ({ parts }: Overspend): boolean => parts.unheld === 0n && parts.rerated === 0n

const lineOf = (what: string, over: (Overspend & { readonly seed: number }) | undefined): readonly string[] =>
  over === undefined
    ? []
    : [
        `${what}: ${rounded(over.over)} credits, bound ${rounded(over.bound)} (${partsText(over.parts)}): ${over.what}, seed ${over.seed}`,
      ]

const partsText = ({ beyond, unheld, ended, rerated }: Bound): string =>
  [
    `${rounded(beyond)} beyond holds`,
    `${rounded(unheld)} without one`,
    `${rounded(ended)} after it ended`,
    `${rounded(rerated)} re-rated`,
  ].join(', ')

const largestOf = <T extends Overspend>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((a, b) => (a === undefined || b.over > a.over ? b : a), undefined)

const nearestOf = <T extends Overspend>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((a, b) => (a === undefined || b.over * a.bound > a.over * b.bound ? b : a), undefined)

const rounded = (credits: bigint): string => amountText(credits).replace(/(\.\d{2})\d+$/, '$1')
