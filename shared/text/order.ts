/** Order of pairs by their names, by code units as `sort()` orders texts: the same in every locale. */
export const byName = <T>([a]: readonly [string, T], [b]: readonly [string, T]): number => (a < b ? -1 : a > b ? 1 : 0)
