import { randomInt } from 'node:crypto'

const FIRST = 0x20000
const LAST = 0x2a6df

/** A text of so many characters of four bytes each, which brotli packs as badly as text can be packed. */
export function largeText(characters: number): string {
  let text = ''
  for (let place = 0; place < characters; place += 1) text += String.fromCodePoint(FIRST + randomInt(LAST - FIRST))
  return text
}
