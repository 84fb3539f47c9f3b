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
