/** Order of texts by code units, the one that `sort()` has of its own: the same in every locale. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The same of pairs, by their names. */
export const byName = <T>([a]: readonly [string, T], [b]: readonly [string, T]): number => byCodeUnits(a, b)
