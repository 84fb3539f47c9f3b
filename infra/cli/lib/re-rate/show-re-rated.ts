import { shown } from '../log/entry-lines.ts'
import { type Column, grouped, tableLines } from '../table.ts'
import { inAll, leftAloneOf, type ReRatedAnswer } from './re-rated.ts'

const COLUMNS: readonly Column[] = [
  { title: 'Account', align: 'left' },
  { title: 'Charges', align: 'right' },
  { title: 'Corrected', align: 'right' },
  { title: 'Left alone', align: 'right' },
  { title: 'Cost before (€)', align: 'right' },
  { title: 'Cost after (€)', align: 'right' },
  { title: 'Balance by (€)', align: 'right' },
]

/** A line for each account, and one for all where there are several. */
export function reRatedLines(answers: ReadonlyMap<string, ReRatedAnswer>): readonly string[] {
  const rows = [...answers].map(([account, one]) => [account, ...cellsOf({ ...one, leftAlone: leftAloneOf(one) })])
  const all = ['all', ...cellsOf(inAll([...answers.values()], true))]
  return tableLines(COLUMNS, rows.length > 1 ? [...rows, all] : rows)
}

type Row = Pick<ReRatedAnswer, 'charges' | 'corrected' | 'before' | 'after' | 'difference'> & {
  readonly leftAlone: number
}

const cellsOf = ({ charges, corrected, leftAlone, before, after, difference }: Row): readonly string[] => [
  ...[charges, corrected, leftAlone].map((count) => grouped(String(count))),
  grouped(before.eur),
  grouped(after.eur),
  `${/^-|^0\.00$/.test(difference.eur) ? '' : '+'}${grouped(difference.eur)}`,
]

const REASONS = {
  refunded: 'refunded before: decide what they were worth',
  unpriced: 'without a price in this version',
  conflict: 'corrected by somebody else at this moment: run it again',
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
        `${account}: ${grouped(String(count))} ${REASONS[reason]}${count > some.length ? ', such as' : ''}`,
        ...some.map(({ source, id, service }) => `  ${shown(source)} ${shown(id)}, ${shown(service)}`),
      ]
    }),
  )
