import { Exact, plain } from '../money/exact.ts'

/** A member of a JSON object that is a number with a fraction or an exponent; in a string it may match too, which costs time alone. */
const FRACTION = /"\s*:\s*-?\d+[.eE]/

export const hasFraction = (text: string): boolean => FRACTION.test(text)

/**
 * `JSON.parse`, except that a fraction under `quantities` becomes the text of its digits: `12.5` is `"12.5"`, `1.25e1` too.
 *
 * `JSON.parse` makes doubles, and a double loses digits: `999999999999999.01` becomes a whole number. All other numbers
 * stay numbers. Slower than `JSON.parse`, so it is for texts with `hasFraction`.
 *
 * @throws SyntaxError for what is not JSON, RangeError where it is nested too deep
 */
export function parseExactly(text: string): unknown {
  const parsed: unknown = JSON.parse(text, keepDigits)
  return parsed instanceof Fraction ? parsed.value : parsed
}

/** Reads JSON, exactly where it has a fraction. @throws like `JSON.parse` and `parseExactly` */
export const readJson = (text: string): unknown => (hasFraction(text) ? parseExactly(text) : JSON.parse(text))

/** A number until its object is complete, and with it the name that says whether its digits count. */
class Fraction {
  readonly value: number
  readonly source: string

  constructor(value: number, source: string) {
    this.value = value
    this.source = source
  }
}

/** Called for members before their object. ECMA-262, JSON.parse: `source` is the text of a number as it stands there. */
function keepDigits(key: string, value: unknown, { source }: { readonly source?: string } = {}): unknown {
  if (typeof value === 'number')
    return source !== undefined && /[.eE]/.test(source) ? new Fraction(value, source) : value
  if (typeof value !== 'object' || value === null) return value
  const members = value as Record<string, unknown>
  for (const [name, member] of Object.entries(members)) {
    if (member instanceof Fraction) members[name] = key === 'quantities' ? digitsOf(member.source) : member.value
  }
  return members
}

/** No valid quantity is longer or has a larger exponent; digits of larger numbers are not worked out. */
const MOST_CHARACTERS = 60
const MOST_EXPONENT = 30

/** Plain digits. A number out of every bound stays as it is, and the schema refuses it. */
function digitsOf(source: string): string {
  const [, exponent = '0'] = source.split(/[eE]/)
  if (source.length > MOST_CHARACTERS || Math.abs(Number(exponent)) > MOST_EXPONENT) return source
  return plain(new Exact(source))
}
