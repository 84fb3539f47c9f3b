import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inflateSync } from 'node:zlib'
import { create, type Font } from 'fontkit'

/** A file each. Other letters than DejaVu has (Europe, Arabic, Hebrew) are UnifontEX's: Chinese, Japanese, Korean, Indic, Thai, emoji. */
const files = {
  plain: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
  others: '@fontsource/unifontex/files/unifontex-latin-400-normal.woff',
} as const

export type ReceiptFont = keyof typeof files

const { resolve } = createRequire(import.meta.url)

interface Opened {
  readonly bytes: Buffer
  readonly font: Font
}

/** Read when a letter is first looked up that may be in it, and kept: most receipts need no more than DejaVu. */
const opened = new Map<ReceiptFont, Opened>()

function open(name: ReceiptFont): Opened {
  const known = opened.get(name)
  if (known !== undefined) return known
  const file = readFileSync(resolve(files[name]))
  const bytes = files[name].endsWith('.woff') ? sfntOfWoff(file) : file
  const one = { bytes, font: create(bytes) as Font }
  opened.set(name, one)
  return one
}

/** The font itself, for a page to embed what it uses of it. */
export const fontBytes = (name: ReceiptFont): Buffer => open(name).bytes

/** From the baseline up to the top of a line, for a size of 1. */
export function ascentOf(font: ReceiptFont): number {
  const { ascent, unitsPerEm } = open(font).font
  return ascent / unitsPerEm
}

const has = (font: ReceiptFont, letter: string): boolean =>
  [...letter].every((character) => open(font).font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0))

/** The font of a letter with its marks; `undefined`: none has it. */
export const fontOf = (letter: string): ReceiptFont | undefined =>
  has('plain', letter) ? 'plain' : has('others', letter) ? 'others' : undefined

/** Stands for a letter that no font has. */
const UNKNOWN_LETTER = '▯'

/** Joiners and variants draw nothing by themselves; a font that lacks the joined form would draw a box for each. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu

/** A text as it can be drawn: every letter of it is in a font. */
export const drawable = (text: string): string =>
  Array.from(new Intl.Segmenter('en').segment(text.replaceAll(INVISIBLE, '')), ({ segment }) =>
    isKnown(segment) ? segment : UNKNOWN_LETTER,
  ).join('')

/** Whether every letter of a text is in a font. */
export const isDrawable = (text: string): boolean =>
  Array.from(new Intl.Segmenter('en').segment(text.replaceAll(INVISIBLE, ''))).every(({ segment }) => isKnown(segment))

const isKnown = (letter: string): boolean => letter === '\n' || fontOf(letter) !== undefined

const WOFF_HEADER = 44
const WOFF_ENTRY = 20
const SFNT_HEADER = 12
const SFNT_ENTRY = 16

const padded = (length: number): number => Math.ceil(length / 4) * 4

/**
 * The font in a WOFF file, unpacked (W3C, "WOFF File Format 1.0", 3 to 5).
 *
 * fontkit unpacks a table of a WOFF file anew for each letter, in JavaScript: ten seconds for a receipt in Chinese.
 */
function sfntOfWoff(woff: Buffer): Buffer {
  const tables = Array.from({ length: woff.readUInt16BE(12) }, (_, place) => {
    const entry = WOFF_HEADER + place * WOFF_ENTRY
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(entry + field)) as [
      number,
      number,
      number,
    ]
    const bytes = woff.subarray(offset, offset + packed)
    return {
      tag: woff.subarray(entry, entry + 4),
      checksum: woff.subarray(entry + 16, entry + 20),
      bytes: packed === length ? bytes : inflateSync(bytes),
    }
  })
  const start = SFNT_HEADER + tables.length * SFNT_ENTRY
  const sfnt = Buffer.alloc(tables.reduce((end, { bytes }) => end + padded(bytes.length), start))
  const largest = Math.floor(Math.log2(tables.length))
  woff.copy(sfnt, 0, 4, 8)
  sfnt.writeUInt16BE(tables.length, 4)
  sfnt.writeUInt16BE(2 ** largest * SFNT_ENTRY, 6)
  sfnt.writeUInt16BE(largest, 8)
  sfnt.writeUInt16BE((tables.length - 2 ** largest) * SFNT_ENTRY, 10)
  let offset = start
  for (const [place, { tag, checksum, bytes }] of tables.entries()) {
    const entry = SFNT_HEADER + place * SFNT_ENTRY
    tag.copy(sfnt, entry)
    checksum.copy(sfnt, entry + 4)
    sfnt.writeUInt32BE(offset, entry + 8)
    sfnt.writeUInt32BE(bytes.length, entry + 12)
    bytes.copy(sfnt, offset)
    offset += padded(bytes.length)
  }
  return sfnt
}
