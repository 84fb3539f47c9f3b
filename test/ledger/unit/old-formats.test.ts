import { readdirSync, readFileSync } from 'node:fs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { describe, expect, test } from 'vitest'
import { chargeKinds } from '../../../shared/ledger/entries/charge.ts'
import { creditKinds } from '../../../shared/ledger/entries/credit.ts'
import { settingsIn } from '../../../shared/ledger/entries/entries.ts'
import { limitsKinds as limitsFamily } from '../../../shared/ledger/entries/limits.ts'
import { restoreKinds } from '../../../shared/ledger/entries/restore.ts'
import { settingsKinds } from '../../../shared/ledger/entries/settings.ts'
import { topUpKinds as topUpFamily } from '../../../shared/ledger/entries/top-up.ts'
import { fromItem } from '../../../shared/ledger/io/page-item.ts'
import { checkSuccession, PAGE_FORMAT, type Page } from '../../../shared/ledger/page/page.ts'
import { topUpText } from '../../../shared/ledger/tally/top-up-state.ts'
import { ChainCheck } from '../../../shared/ledger/verify/chain-check.ts'
import {
  approvedInvoices,
  approvedKinds,
  byHandKinds,
  history,
  laterKinds,
  leftPendingKinds,
  limitsKinds,
  restoredKinds,
  topUpKinds,
} from './formats/history.ts'

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

test('so is a decision that a second operator approved', () => {
  expect(storedPages('v1-approved').map(({ entries }) => entries)).toEqual(approvedKinds)
  expect(storedPages('v1-approved-invoices').map(({ entries }) => entries)).toEqual(approvedInvoices)
})

test('so are those that came with top-ups, and every state of automatic top-up', () => {
  const pages = storedPages('v1-top-ups')
  expect(pages.map(({ entries }) => entries)).toEqual(topUpKinds)
  expect(pages.map(({ header }) => topUpText(header.topUp, header.tally))).toEqual([
    'open:7e2:10000',
    'waiting:7e2:1795438800000:declined - 0 0 0 1 0',
    'open:9e2:10000 - 0 0 0 1 0',
    'idle 2026-11 1190000.55 1 1795435200000 0 10000',
    'suspended:11e2:disputed 2026-11 1190000.55 1 1795435200000 0 10000',
    'open:12e2:99994501 2026-11 1190000.55 1 1795435200000 0 10000',
  ])
})

test('so are multiples of an amount, a log that was restored, and its reconciliation', () => {
  const pages = storedPages('v1-restored')
  expect(pages.map(({ entries }) => entries)).toEqual(restoredKinds)
  const tally = (paid: string, number: number, last: string) => `2026-11 ${paid} ${number} 1795435200000 0 ${last}`
  expect(pages.map(({ header }) => topUpText(header.topUp, header.tally))).toEqual([
    `open:14e2:5000 ${tally('1190000.55', 1, '10000')}`,
    `waiting:14e2:1795438800000:cooldown ${tally('1190050.55', 2, '5000')}`,
    `waiting:14e2:1795438800000:cooldown ${tally('1190050.55', 2, '5000')} reconciling:3`,
    `reconciling:17e3 ${tally('1190050.55', 2, '5000')} reconciling:3`,
    `open:18e3:5000 ${tally('1190050.55', 2, '5000')}`,
  ])
})

test('so are purchases by hand, and what they count', () => {
  const pages = storedPages('v1-by-hand')
  expect(pages.map(({ entries }) => entries)).toEqual(byHandKinds)
  const words = pages.map(({ header }) => topUpText(header.topUp, header.tally).split(' ').slice(7).join(' '))
  expect(words).toEqual([
    'bought:-:0:0 pending:manual-a,119.42;manual-b_-,5950',
    'bought:2026-11-24:119.42:119.42 pending:manual-b_-,5950',
    'bought:2026-11-24:119.42:119.42',
  ])
})

test('so is a purchase that was counted after it had ended', () => {
  const pages = storedPages('v1-left-pending')
  expect(pages.map(({ entries }) => entries)).toEqual(leftPendingKinds)
  expect(pages.map(({ header }) => header.tally?.bought?.pending.map(({ id }) => id))).toEqual([['manual-c'], []])
})

test('pages whose settings buy an amount exactly verify as they were written, and so do those with multiples', () => {
  const written = [...['v1', 'v1-later-kinds'].flatMap(storedPages), ...storedPages('v1-top-ups').slice(0, 4)]
  const chain = new ChainCheck()
  expect(written.flatMap((page) => chain.add(page))).toEqual([])
  const [first, ...others] = storedPages('v1-restored')
  const restored = new ChainCheck({ page: first!, settings: settingsIn(first!.entries)! })
  expect(others.flatMap((page) => restored.add(page))).toEqual([])
})

test('so are limits, tiers of users, upgrade requests and every decision of one', () => {
  expect(storedPages('v1-limits').map(({ entries }) => entries)).toEqual(limitsKinds)
})

test('every kind of entry stands in a log that is kept here', () => {
  const kept = readdirSync(new URL('formats', import.meta.url)).flatMap((file) =>
    file.endsWith('.json') ? storedPages(file.slice(0, -'.json'.length)) : [],
  )
  const stored = new Set<string>(kept.flatMap(({ entries }) => entries.map(({ kind }) => kind)))
  const kinds = { ...chargeKinds, ...settingsKinds, ...creditKinds, ...topUpFamily, ...limitsFamily, ...restoreKinds }
  expect(Object.keys(kinds).filter((kind) => !stored.has(kind))).toEqual([])
})
