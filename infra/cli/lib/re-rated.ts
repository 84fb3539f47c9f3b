import { type AmountText, amountText, credits, noCredits, plus } from '../../../shared/money/amounts.ts'
import { grouped, shown, tableLines } from './table.ts'

interface Sums {
  readonly charges: number
  readonly corrected: number
  readonly before: AmountText
  readonly after: AmountText
  readonly difference: AmountText
}

/** What the API says of a re-rating. */
export interface ReRatedAnswer extends Sums {
  readonly dryRun: boolean
  readonly isDone: boolean
  readonly unchanged: number
  readonly leftAlone: { readonly refunded: number; readonly unpriced: number; readonly conflict: number }
  readonly named: readonly {
    readonly source: string
    readonly id: string
    readonly time: string
    readonly service: string
    readonly reason: string
  }[]
  readonly byService: readonly (Sums & { readonly service: string })[]
  readonly balance: AmountText
}

/**
 * A run that had to be sent more than once, as one: what the earlier ones corrected the last one found unchanged.
 *
 * @param earlier all before `last`, put together so
 */
export function together(earlier: ReRatedAnswer | undefined, last: ReRatedAnswer): ReRatedAnswer {
  if (earlier === undefined) return last
  const before = new Map(earlier.byService.map((one) => [one.service, one]))
  return {
    ...last,
    ...sumsTogether(earlier, last),
    unchanged: last.unchanged - earlier.corrected,
    byService: last.byService.map((one) => ({ ...one, ...sumsTogether(before.get(one.service), one) })),
  }
}

function sumsTogether(earlier: Sums | undefined, last: Sums): Pick<Sums, 'corrected' | 'before' | 'difference'> {
  const difference = plus(credits(earlier?.difference.credits ?? '0'), credits(last.difference.credits))
  return {
    corrected: (earlier?.corrected ?? 0) + last.corrected,
    before: amountText(plus(credits(last.after.credits), difference)),
    difference: amountText(difference),
  }
}

/** The sums of several accounts. */
interface ReRatedInAll extends Sums {
  readonly dryRun: boolean
  readonly accounts: number
  readonly leftAlone: number
}

/** Adds up what was done to several accounts. */
export function inAll(answers: readonly ReRatedAnswer[], dryRun: boolean): ReRatedInAll {
  const sum = (of: (answer: ReRatedAnswer) => AmountText): AmountText =>
    amountText(answers.reduce((total, answer) => plus(total, credits(of(answer).credits)), noCredits))
  const count = (of: (answer: ReRatedAnswer) => number): number =>
    answers.reduce((total, answer) => total + of(answer), 0)
  return {
    dryRun,
    accounts: answers.length,
    charges: count(({ charges }) => charges),
    corrected: count(({ corrected }) => corrected),
    leftAlone: count(leftAloneOf),
    before: sum(({ before }) => before),
    after: sum(({ after }) => after),
    difference: sum(({ difference }) => difference),
  }
}

const leftAloneOf = ({ leftAlone: { refunded, unpriced, conflict } }: ReRatedAnswer): number =>
  refunded + unpriced + conflict

/** A line for each account, and one for all where there are several. */
export function reRatedLines(answers: ReadonlyMap<string, ReRatedAnswer>): readonly string[] {
  const rows = [...answers].map(([account, one]) => [account, ...cellsOf({ ...one, leftAlone: leftAloneOf(one) })])
  const all = ['all', ...cellsOf(inAll([...answers.values()], true))]
  return tableLines(
    ['Account', '>Charges', '>Corrected', '>Left alone', '>Cost before (€)', '>Cost after (€)', '>Balance by (€)'],
    rows.length > 1 ? [...rows, all] : rows,
  )
}

type Row = Pick<ReRatedAnswer, 'charges' | 'corrected' | 'before' | 'after' | 'difference'> & {
  readonly leftAlone: number
}

const cellsOf = ({ charges, corrected, leftAlone, before, after, difference }: Row): readonly string[] => [
  ...[charges, corrected, leftAlone].map((count) => grouped(count)),
  grouped(before.eur),
  grouped(after.eur),
  `${/^-|^0\.00$/.test(difference.eur) ? '' : '+'}${grouped(difference.eur)}`,
]

const REASONS = {
  refunded: 'refunded before: decide what they were worth',
  unpriced: 'without a price in this version',
  conflict: 'corrected by another request at this moment: run it again',
} as const

const NAMED = 3

/** What was left alone, by reason, with some of the charges; `--json` names more. */
export const leftAloneLines = (answers: ReadonlyMap<string, ReRatedAnswer>): readonly string[] =>
  [...answers].flatMap(([account, { leftAlone, named }]) =>
    (['refunded', 'unpriced', 'conflict'] as const).flatMap((reason) => {
      const count = leftAlone[reason]
      if (count === 0) return []
      const some = named.filter((one) => one.reason === reason).slice(0, NAMED)
      return [
        `${account}: ${grouped(count)} ${REASONS[reason]}${count > some.length ? ', such as' : ''}`,
        ...some.map(({ source, id, service }) => `  ${shown(source)} ${shown(id)}, ${shown(service)}`),
      ]
    }),
  )
