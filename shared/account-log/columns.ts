/** A column of few distinct values: each once, and where each row finds its own. All rows alike: no places at all. */
export type Dictionary<T> = readonly [values: readonly T[], places: readonly number[]]

export function toDictionary<T>(rows: readonly T[]): Dictionary<T> {
  const places = new Map<T, number>()
  const column = rows.map((value) => {
    const known = places.get(value)
    if (known !== undefined) return known
    places.set(value, places.size)
    return places.size - 1
  })
  return [[...places.keys()], places.size === 1 ? [] : column]
}

/** @throws RangeError when the column does not hold `count` rows */
export function fromDictionary<T>([values, places]: Dictionary<T>, count: number): readonly T[] {
  if (count > 0 && places.length === 0 && values.length === 1) return Array<T>(count).fill(at(values, 0))
  if (places.length !== count) throw new RangeError(`${places.length} places for ${count} rows`)
  return places.map((place) => at(values, place))
}

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
