import { describe, expect, test } from 'vitest'
import { drawable, isDrawable } from '../../../shared/billing/io/receipt-fonts.ts'
import { receiptPdf } from '../../../shared/billing/io/receipt-pdf.ts'
import { runsOf, wrapped } from '../../../shared/billing/io/text-runs.ts'
import { receiptOf } from '../../../shared/billing/receipt.ts'
import { creditedTopUp } from '../../world/example-top-up.ts'

const texts = (line: string) => runsOf(line).map(({ text }) => text)

describe('a name in another script', () => {
  test.each([
    '北京智能科技有限公司',
    '臺灣積體電路製造',
    '株式会社トヨタ自動車',
    '삼성전자 주식회사',
    'شركة القاهرة للتقنية',
    'חברת תל אביב בע״מ',
    'บริษัทไทย',
    'हिन्दी',
    'Łódź, Αθήνα, Київ',
    'Rocket 🚀 & 👩‍👩‍👧 Fox 🦊',
  ])('%s has letters in the fonts of receipts', (name) => {
    expect(isDrawable(name)).toBe(true)
  })

  test('that no font has is shown by a box for each letter, and a note says where the letters are', async () => {
    expect(drawable('𠮷野家')).toBe('▯野家')
    expect(isDrawable('𠮷野家')).toBe(false)
    const [boxed, whole] = await Promise.all(['𠮷野家', '吉野家'].map(drawn))
    expect(paragraphs(boxed!) - paragraphs(whole!)).toBe(1)
  })

  test('is drawn with its letters embedded, the same bytes each time; a Latin name needs no second font', async () => {
    const chinese = await drawn('北京智能科技有限公司')
    expect(chinese).toContain('+UnifontExMono')
    expect(await drawn('北京智能科技有限公司')).toBe(chinese)
    expect(await drawn('Łódź & Söhne')).not.toContain('+UnifontExMono')
  })

  test('from right to left stands in the order in which it is read, numbers and Latin in theirs', () => {
    expect(texts('Acme Ltd')).toEqual(['Acme Ltd'])
    expect(texts('חברה 2026 בע״מ')).toEqual([' בע״מ', '2026', 'חברה '])
    expect(texts('Acme (חברה) Ltd')).toEqual(['Acme (', 'חברה', ') Ltd'])
    expect(texts('(שלום) Acme')).toEqual(['Acme', ')שלום( '])
  })

  test('is broken between words, and within a word that is longer than a line', () => {
    const fits = (line: string) => line.length <= 6
    expect(wrapped('one two three', fits)).toEqual(['one', 'two', 'three'])
    expect(wrapped('abcdefghij kl', fits)).toEqual(['abcdef', 'ghij', 'kl'])
    expect(wrapped('', fits)).toEqual([''])
  })
})

const drawn = async (name: string): Promise<string> => {
  const seller = { name: 'Groschen', lines: ['Berlin'] }
  const receipt = receiptOf(creditedTopUp(), { name, timeZone: 'Europe/Berlin' }, undefined, seller)
  return Buffer.from(await receiptPdf(receipt)).toString('latin1')
}

const paragraphs = (pdf: string): number => pdf.match(/\/S \/P\b/g)?.length ?? 0
