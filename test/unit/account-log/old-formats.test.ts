import { readFileSync } from 'node:fs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { describe, expect, test } from 'vitest'
import { checkSuccession } from '../../../shared/account-log/check-page.ts'
import { PAGE_FORMAT, type Page } from '../../../shared/account-log/page.ts'
import { fromItem } from '../../../shared/store/page-item.ts'
import { history, laterKinds } from './formats/history.ts'

/** The items as DynamoDB holds them since the day that format was released. */
function storedPages(name: string): readonly Page[] {
  const text = readFileSync(new URL(`formats/${name}.json`, import.meta.url), 'utf8')
  const items = JSON.parse(text, (name, value) => (name === 'B' ? Buffer.from(value, 'base64') : value))
  return items.map((item: never) => fromItem(unmarshall(item, { wrapNumbers: (digits: string) => digits })))
}

describe.each(Array.from({ length: PAGE_FORMAT }, (_, index) => index + 1))('a log written in format %i', (format) => {
  const pages = storedPages(`v${format}`)

  test('is read entry by entry as it was written', () => {
    expect(pages.map(({ entries }) => entries)).toEqual(history)
  })

  test('holds together, page by page', () => {
    pages.forEach((page, index) => {
      checkSuccession(pages[index - 1], page)
    })
    expect(pages.map(({ header }) => [header.format, header.seq, header.crossings.length, header.cuts])).toEqual([
      [format, 1, 0, []],
      [format, 2, 0, []],
      [format, 3, 2, []],
      [format, 4, 0, [3, 3]],
      [format, 5, 0, [3, 3]],
    ])
  })
})

test('kinds of entries that format 1 got later are read as they were written', () => {
  expect(storedPages('v1-later-kinds').map(({ entries }) => entries)).toEqual(laterKinds)
})
