import { ascentOf, drawable, fontBytes, fontOf } from './receipt-fonts.ts'
import { type Run, runsOf, wrapped } from './text-runs.ts'

/** A letter of a script that is written from right to left. */
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** The texts that pdfkit can draw itself: one font, from left to right. */
const isSimple = (text: string): boolean =>
  !RIGHT_TO_LEFT.test(text) &&
  [...new Set(text)].every((character) => character === '\n' || fontOf(character) === 'plain')

/** Of everything on a receipt but its title. */
export const FONT_SIZE = 10

interface TextPlace {
  readonly x: number
  readonly y: number
  readonly width: number
}

/** Draws a text of any script in the plain font; leaves `page.y` below it. */
export function drawText(page: PDFKit.PDFDocument, text: string, { x, y, width }: TextPlace): void {
  page.font('plain')
  if (isSimple(text)) {
    page.text(text, x, y, { width })
    return
  }
  page.registerFont('others', fontBytes('others'))
  // An empty list of features has a run laid out whole: word by word, right-to-left words would stand in the wrong order.
  const whole = { features: [], lineBreak: false }
  const widthOf = (run: Run): number => page.font(run.font).widthOfString(run.text, whole)
  const fits = (line: string): boolean => runsOf(line).reduce((sum, run) => sum + widthOf(run), 0) <= width
  const height = page.font('plain').currentLineHeight(true)
  // Fonts differ in height: all of a line gets one baseline.
  const baseline = y + ascentOf('plain') * FONT_SIZE
  const lines = text.split('\n').flatMap((one) => wrapped(drawable(one), fits))
  for (const [place, line] of lines.entries()) {
    let left = x
    for (const run of runsOf(line)) {
      const advance = widthOf(run)
      page.text(run.text, left, baseline + place * height, { ...whole, baseline: 'alphabetic' })
      left += advance
    }
  }
  page.font('plain')
  page.x = x
  page.y = y + lines.length * height
}
