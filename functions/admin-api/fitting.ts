/** AWS: a function answers with at most 6 MB, its body as text in JSON, where each quotation mark takes two bytes. */
const PAGE_BYTES = 4 * 1024 * 1024

/** The first of some that fit into one answer, at least one: what a page holds at most, however large each of them is. */
export function fitting<T>(items: readonly T[], most: number = PAGE_BYTES): readonly T[] {
  let bytes = 0
  const end = items.findIndex((item, place) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1
    return place > 0 && bytes > most
  })
  return end < 0 ? items : items.slice(0, end)
}
