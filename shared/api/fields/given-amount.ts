import * as z from 'zod/mini'
import { clipped } from '../../errors/refusal.ts'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import { type Credits, credits, euros, toCredits } from '../../money/amounts.ts'
import { Exact } from '../../money/exact.ts'
import { amountSchema } from './amount.ts'

/** How an amount of a unit is written. */
interface AmountForm {
  /** Of the largest one, a power of ten. */
  readonly digits: number
  readonly decimals: number
}

export type AmountRange = 'above 0' | 'from 0 on' | 'but 0'

/** The pattern of all amounts that are taken, and no other, in what ECMA-262, Python and Go share. */
function amountPattern({ digits, decimals }: AmountForm, range: AmountRange): string {
  const anyDecimals = `(?:\\.[0-9]{1,${decimals}})?`
  const whole = [`[1-9][0-9]{0,${digits - 2}}${anyDecimals}`, `10{${digits - 1}}(?:\\.0{1,${decimals}})?`]
  const belowOne = range === 'from 0 on' ? `0${anyDecimals}` : `0\\.(?:${notZero(decimals).join('|')})`
  return `^${range === 'but 0' ? '-?' : ''}(?:${[belowOne, ...whole].join('|')})$`
}

/** Decimals of which one is not 0, by how many zeros come before it. */
const notZero = (decimals: number): readonly string[] =>
  Array.from({ length: decimals }, (_, zeros) => `${'0'.repeat(zeros)}[1-9]${upTo(decimals - zeros - 1)}`)

const upTo = (digits: number): string => (digits === 0 ? '' : `[0-9]{0,${digits}}`)

/** At most 10^12 credits, to a millionth: far below what a balance may hold, far above any invoice. In both units the same. */
const units = {
  eur: { name: 'euros', most: '10000000000', digits: 11, decimals: 8 },
  credits: { name: 'credits', most: '1000000000000', digits: 13, decimals: 6 },
} as const

type Unit = (typeof units)[keyof typeof units]

const DECIMAL = /^-?[0-9]{1,40}(?:\.[0-9]{1,40})?$/
const WANTED = 'expected a decimal string such as "50.00"'

/** What is wrong with an amount, and what to give instead; `undefined`: nothing. */
function faultOf(text: string, unit: Unit, range: AmountRange): string | undefined {
  if (!DECIMAL.test(text)) return `${WANTED}, found ${JSON.stringify(clipped(text))}`
  const [whole = '', decimals = ''] = text.split('.')
  const amount = new Exact(text)
  if (amount.isNegative() && range !== 'but 0') return `is below 0; expected an amount ${range}`
  if (amount.isZero() && range !== 'from 0 on') return `is 0; expected an amount ${range}`
  if (decimals.length > unit.decimals)
    return `has ${decimals.length} decimals; at most ${unit.decimals} are taken in ${unit.name}`
  if (amount.abs().gt(unit.most)) return `is more than ${unit.most} ${unit.name}, the most that is taken`
  return /^-?0\d/.test(whole) ? `${WANTED}, without zeros in front` : undefined
}

function decimalIn(unit: Unit, range: AmountRange) {
  const error = ({ input }: { readonly input?: unknown }) => faultOf(String(input), unit, range) ?? WANTED
  return z.string(WANTED).check(
    ruled((text) => faultOf(text, unit, range) === undefined, { error }),
    z.meta({ pattern: amountPattern(unit, range) }),
  )
}

const inEither = (range: AmountRange) =>
  [
    z.strictObject({ eur: decimalIn(units.eur, range) }),
    z.strictObject({ credits: decimalIn(units.credits, range) }),
  ] as const

const EITHER = 'expected {"eur": "50.00"} or {"credits": "5000"}: one of the two units, as a decimal string'

/** An amount as it is given: in one unit, so that the two can't contradict each other. */
export const givenAmountSchema = z.union(inEither('above 0'), EITHER).check(
  z.meta({
    id: 'GivenAmount',
    description: `Above 0, in one of the two units, as a decimal string: at most ${units.credits.most} credits with ${units.credits.decimals} decimals, or ${units.eur.most} euros with ${units.eur.decimals}`,
  }),
)

/** A change as it is given: what is taken has a minus. */
export const givenChangeSchema = z.union(inEither('but 0'), EITHER).check(
  z.meta({
    id: 'GivenChange',
    description:
      'In one of the two units, as a decimal string, with a minus for what is taken; not 0. Bounds as of GivenAmount',
  }),
)

/** A balance level as it is given; a plain string is credits. */
export const givenLevelSchema = z
  .union([...inEither('from 0 on'), decimalIn(units.credits, 'from 0 on')], `${EITHER}; a plain string is credits`)
  .check(
    z.meta({
      id: 'GivenLevel',
      description: 'A balance, 0 or more, in one of the two units, as a decimal string; a plain string is credits',
      examples: [{ eur: '10.00' }, { credits: '1000' }, '1000'],
    }),
  )

/** A limit as it is given: in one unit, or as it was shown, in both, where they agree. */
export const givenLimitSchema = z
  .union(
    [
      ...inEither('from 0 on'),
      z.strictObject({ eur: decimalIn(units.eur, 'from 0 on'), credits: decimalIn(units.credits, 'from 0 on') }).check(
        ruled(({ eur, credits: text }) => toCredits(euros(eur)).eq(credits(text)), {
          error: 'the two units do not agree; give one of them',
        }),
      ),
    ],
    EITHER,
  )
  .check(
    z.meta({
      id: 'GivenLimit',
      description: 'A limit, 0 or more, in one of the two units as a decimal string, or in both where they agree',
      examples: [{ eur: '5.00' }, { credits: '500' }],
    }),
  )

/** The levels as they are shown. */
export const levelsSchema = described(
  z.array(amountSchema),
  'A notice goes out when the balance falls below one of them',
)

export function readGivenAmount(given: z.infer<typeof givenLevelSchema>): Credits {
  if (typeof given === 'string') return credits(given)
  return 'eur' in given ? toCredits(euros(given.eur)) : credits(given.credits)
}
