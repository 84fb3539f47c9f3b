import PDFDocument from 'pdfkit'
import type { Receipt } from '../receipt.ts'
import { drawText, FONT_SIZE } from './draw-text.ts'
import { fontBytes, isDrawable } from './receipt-fonts.ts'

const MARGIN = 56
const WIDTH = 595.28 - 2 * MARGIN
const HALF = WIDTH / 2
const LABELS = 150

/** The receipt as a tagged PDF of one or more A4 pages. The same receipt is the same bytes. */
export async function receiptPdf(receipt: Receipt): Promise<Uint8Array<ArrayBuffer>> {
  const { language, title, number, facts, seller, buyer, heads, rows, total, takings, note, missingLetters, paidAt } =
    receipt
  const page = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    tagged: true,
    lang: language,
    displayTitle: true,
    pdfVersion: '1.7',
    // None to begin with: its own ones need files that are not here.
    font: '',
    info: { Title: `${title} ${number}`, Author: seller.lines[0] ?? '', CreationDate: new Date(paidAt) },
  })
  for (const name of ['plain', 'bold'] as const) page.registerFont(name, fontBytes(name))
  const chunks: Buffer[] = []
  page.on('data', (chunk: Buffer) => chunks.push(chunk))
  const written = new Promise<void>((resolve, reject) => page.on('end', resolve).on('error', reject))

  const tagged = (tag: string, draw: () => void) => page.addStructure(page.struct(tag, {}, draw))
  const below = (...heights: readonly number[]) => {
    page.y = Math.max(...heights)
  }

  tagged('H1', () => page.font('bold').fontSize(20).text(title))
  page.moveDown(1.2).fontSize(FONT_SIZE)
  const top = page.y
  const ends = [seller, buyer].map(({ label, lines }, place) => {
    tagged('P', () => {
      const x = MARGIN + place * HALF
      page.font('bold').text(label, x, top, { width: HALF - 12 })
      drawText(page, lines.join('\n'), { x, y: page.y, width: HALF - 12 })
    })
    return page.y
  })
  below(...ends)
  page.moveDown(1.5)
  for (const [label, value] of facts) {
    const y = page.y
    tagged('P', () => {
      page.text(label, MARGIN, y, { width: LABELS })
      const left = page.y
      drawText(page, value, { x: MARGIN + LABELS, y, width: WIDTH - LABELS })
      below(left, page.y)
    })
  }
  page.moveDown(1.5)
  const row = ([label, value]: readonly [string, string], weight: 'plain' | 'bold') => {
    if (page.y > page.page.height - 2 * MARGIN) page.addPage()
    const y = page.y
    tagged('P', () => {
      page.font(weight).text(label, MARGIN, y, { width: WIDTH - LABELS })
      const left = page.y
      page.text(value, MARGIN + WIDTH - LABELS, y, { width: LABELS, align: 'right' })
      below(left, page.y)
    })
    page.markContent('Artifact', { type: 'Layout' })
    page
      .moveTo(MARGIN, page.y + 3)
      .lineTo(MARGIN + WIDTH, page.y + 3)
      .lineWidth(0.5)
      .stroke('#bbbbbb')
    page.endMarkedContent()
    page.y += 8
  }
  row(heads, 'bold')
  for (const line of rows) row(line, 'plain')
  row(total, 'bold')
  for (const line of takings) row(line, 'plain')
  const names = [...seller.lines, ...buyer.lines, ...facts.map(([, value]) => value)]
  const notes = [...(note === undefined ? [] : [note]), ...(names.every(isDrawable) ? [] : [missingLetters])]
  for (const text of notes) {
    page.moveDown(1)
    tagged('P', () => page.font('plain').text(text, MARGIN, page.y, { width: WIDTH }))
  }
  page.end()
  await written
  return Buffer.concat(chunks)
}
