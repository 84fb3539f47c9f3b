import { existsSync, writeFileSync } from 'node:fs'
import { marshall } from '@aws-sdk/util-dynamodb'
import { settingsIn } from '../../../../shared/ledger/entries/entries.ts'
import { toItem } from '../../../../shared/ledger/io/page-item.ts'
import { PAGE_FORMAT, type Page } from '../../../../shared/ledger/page/page.ts'
import { pageAfter } from '../../../world/pages.ts'
import {
  approvedInvoices,
  approvedKinds,
  byHandKinds,
  history,
  laterKinds,
  leftPendingKinds,
  limitsKinds,
  restoredKinds,
  settings,
  topUpKinds,
} from './history.ts'

/**
 * Writes the golden files of the format that is written now, each once, when it is released:
 * `node test/ledger/unit/formats/write.ts`. A file that exists is never written again: logs like it exist too.
 */
const pages: Page[] = []
let inForce = settings
const added = [
  laterKinds,
  topUpKinds,
  approvedKinds,
  restoredKinds,
  byHandKinds,
  approvedInvoices,
  leftPendingKinds,
  limitsKinds,
]
for (const entries of [...history, ...added.flat()]) {
  const nonce = `00112233445566${pages.length.toString().padStart(2, '0')}`
  const writtenAt = Date.UTC(2026, 10, 23, 12, 0, pages.length)
  pages.push(pageAfter(pages.at(-1), 'acme', entries, { settings: inForce, writtenAt, nonce }))
  inForce = settingsIn(entries) ?? inForce
}
writeOnce(`v${PAGE_FORMAT}.json`, pages.slice(0, history.length))
const later = history.length + laterKinds.length
writeOnce(`v${PAGE_FORMAT}-later-kinds.json`, pages.slice(history.length, later))
const approved = later + topUpKinds.length
writeOnce(`v${PAGE_FORMAT}-top-ups.json`, pages.slice(later, approved))
const restored = approved + approvedKinds.length
writeOnce(`v${PAGE_FORMAT}-approved.json`, pages.slice(approved, restored))
const byHand = restored + restoredKinds.length
writeOnce(`v${PAGE_FORMAT}-restored.json`, pages.slice(restored, byHand))
const invoices = byHand + byHandKinds.length
writeOnce(`v${PAGE_FORMAT}-by-hand.json`, pages.slice(byHand, invoices))
const leftPending = invoices + approvedInvoices.length
writeOnce(`v${PAGE_FORMAT}-approved-invoices.json`, pages.slice(invoices, leftPending))
const limits = leftPending + leftPendingKinds.length
writeOnce(`v${PAGE_FORMAT}-left-pending.json`, pages.slice(leftPending, limits))
writeOnce(`v${PAGE_FORMAT}-limits.json`, pages.slice(limits))

function writeOnce(name: string, some: readonly Page[]): void {
  const file = new URL(name, import.meta.url)
  if (existsSync(file)) return
  const items = some.map((page) => marshall(toItem(page), { convertClassInstanceToMap: true }))
  const text = JSON.stringify(items, (_, value: unknown) => (isBinary(value) ? base64Of(value) : value), 2)
  writeFileSync(file, `${text}\n`, { flag: 'wx' })
}

/** As the AWS command line shows it. */
function base64Of({ B }: { readonly B: Uint8Array }): unknown {
  return { B: Buffer.from(B).toString('base64') }
}

function isBinary(value: unknown): value is { readonly B: Uint8Array } {
  return typeof value === 'object' && value !== null && 'B' in value && value.B instanceof Uint8Array
}
