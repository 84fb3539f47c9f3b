/** A column of few distinct values: the values, each once, and where each row finds its own; or the one value of all rows. */
export type Dictionary<T extends Plain> = T | Table<T>

type Plain = string | number | null
type Table<T> = readonly [values: readonly T[], places: readonly number[]]

export function toDictionary<T extends Plain>(rows: readonly T[]): Dictionary<T> {
  const places = new Map<T, number>()
  const column = rows.map((value) => {
    const known = places.get(value)
    if (known !== undefined) return known
    places.set(value, places.size)
    return places.size - 1
  })
  const values = [...places.keys()]
  const [only] = values
  return values.length === 1 && only !== undefined ? only : [values, column]
}

/** @throws RangeError when the column does not hold `count` rows */
export function fromDictionary<T extends Plain>(column: Dictionary<T>, count: number): readonly T[] {
  if (!isTable(column)) return Array<T>(count).fill(column as T)
  const [values, places] = column
  if (places.length !== count) throw new RangeError(`${places.length} places for ${count} rows`)
  return places.map((place) => at(values, place))
}

/** The distinct values of a column. */
export const valuesOf = <T extends Plain>(column: Dictionary<T>): readonly T[] =>
  isTable(column) ? column[0] : [column as T]

const isTable = <T extends Plain>(column: Dictionary<T>): column is Table<T> => Array.isArray(column)

/** Digits only, so a comma keeps them apart; a row without a value is empty. */
export const toDigits = (rows: readonly string[]): string => rows.join(',')

/** @throws RangeError when the column does not hold `count` rows */
export function fromDigits(column: string, count: number): readonly string[] {
  const rows = column.split(',')
  if (rows.length !== count) throw new RangeError(`${rows.length} values for ${count} rows`)
  return rows
}

/** @throws RangeError outside the rows */
export function at<T>(rows: readonly T[], place: number): T {
  const value = rows[place]
  if (value === undefined || place < 0) throw new RangeError(`no row ${place}`)
  return value
}
