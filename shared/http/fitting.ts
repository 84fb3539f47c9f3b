/** AWS: a function answers with at most 6,291,556 bytes, its body as a text in JSON. What is around the body takes the rest. */
export const ANSWER_BYTES = 6_200_000

/** Of a list; the rest is for what stands beside it. */
export const LIST_BYTES = 6_000_000

/** What a text takes inside a text in JSON: a quotation mark two bytes, one that is escaped already four. */
export const answerBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2

/** The first of some that fit into one answer, at least one: what a page holds at most, however large each of them is. */
export function fitting<T>(items: readonly T[], most: number = LIST_BYTES): readonly T[] {
  let bytes = 0
  const end = items.findIndex((item, place) => {
    bytes += answerBytes(JSON.stringify(item)) + 1
    return place > 0 && bytes > most
  })
  return end < 0 ? items : items.slice(0, end)
}
