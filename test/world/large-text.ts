import { getRandomValues } from 'node:crypto'

const FIRST = 0x20000
const LAST = 0x2a6df

/** A text of that many characters of four bytes each, which brotli packs as badly as text can be packed. */
export const largeText = (characters: number): string =>
  Array.from({ length: characters }, () => String.fromCodePoint(FIRST + (nextRandom() % (LAST - FIRST)))).join('')

const random = new Uint32Array(4096)
let place = random.length

function nextRandom(): number {
  if (place === random.length) {
    getRandomValues(random)
    place = 0
  }
  place += 1
  return random[place - 1] ?? 0
}
