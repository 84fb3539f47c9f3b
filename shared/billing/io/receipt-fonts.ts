import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkit'
import { sfntOfWoff } from './sfnt-of-woff.ts'

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
