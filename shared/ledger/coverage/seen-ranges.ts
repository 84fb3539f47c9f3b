import type { Place, SeenRange } from './coverage.ts'

/** `ranges` with one more page: ascending, not touching. Pages mostly come at an end, so that is where the search begins. */
export function withPlace(ranges: readonly SeenRange[], place: Place): readonly SeenRange[] {
  let next = ranges.length
  while (next > 0 && (ranges[next - 1]?.from.seq ?? 0) > place.seq) next -= 1
  const [below, above] = [ranges[next - 1], ranges[next]]
  const joinsBelow = below !== undefined && below.to.seq === place.seq - 1
  const joinsAbove = above !== undefined && above.from.seq === place.seq + 1
  const joined: SeenRange = {
    from: joinsBelow ? below.from : place,
    to: joinsAbove ? above.to : place,
  }
  return [...ranges.slice(0, joinsBelow ? next - 1 : next), joined, ...ranges.slice(joinsAbove ? next + 1 : next)]
}

/** `ranges` with one more run of pages; those that it overlaps or touches become one with it. */
export function withRange(ranges: readonly SeenRange[], range: SeenRange): readonly SeenRange[] {
  const below = ranges.filter(({ to }) => to.seq < range.from.seq - 1)
  const above = ranges.filter(({ from }) => from.seq > range.to.seq + 1)
  const joined = ranges.slice(below.length, ranges.length - above.length)
  const lowest = joined.reduce((place, { from }) => (from.seq < place.seq ? from : place), range.from)
  const highest = joined.reduce((place, { to }) => (to.seq > place.seq ? to : place), range.to)
  return [...below, { from: lowest, to: highest }, ...above]
}
