/** How an amount of a unit is written. */
export interface AmountForm {
  /** Of the largest one, a power of ten. */
  readonly digits: number
  readonly decimals: number
}

export type AmountRange = 'above 0' | 'from 0 on' | 'but 0'

/** The pattern of all amounts that are taken, and no other, in what ECMA-262, Python and Go share. */
export function amountPattern({ digits, decimals }: AmountForm, range: AmountRange): string {
  const anyDecimals = `(?:\\.[0-9]{1,${decimals}})?`
  const whole = [`[1-9][0-9]{0,${digits - 2}}${anyDecimals}`, `10{${digits - 1}}(?:\\.0{1,${decimals}})?`]
  const belowOne = range === 'from 0 on' ? `0${anyDecimals}` : `0\\.(?:${notZero(decimals).join('|')})`
  return `^${range === 'but 0' ? '-?' : ''}(?:${[belowOne, ...whole].join('|')})$`
}

/** Decimals of which one is not 0, by how many zeros come before it. */
const notZero = (decimals: number): readonly string[] =>
  Array.from({ length: decimals }, (_, zeros) => `${'0'.repeat(zeros)}[1-9]${upTo(decimals - zeros - 1)}`)

const upTo = (digits: number): string => (digits === 0 ? '' : `[0-9]{0,${digits}}`)
