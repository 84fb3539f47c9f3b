import { writeFileSync } from 'node:fs'
import { marshall } from '@aws-sdk/util-dynamodb'
import { encodeBody } from '../../../../shared/account-log/body.ts'
import { nextPage } from '../../../../shared/account-log/next-page.ts'
import { PAGE_FORMAT, type Page } from '../../../../shared/account-log/page.ts'
import { bodyHash } from '../../../../shared/account-log/page-hash.ts'
import { pack } from '../../../../shared/store/pack.ts'
import { toItem } from '../../../../shared/store/page-item.ts'
import { history, settings } from './history.ts'

/**
 * Writes the golden file of the format that is written now, once, when it is released:
 * `node test/unit/account-log/formats/write.ts`. A file that exists is never written again: logs like it exist too.
 */
const pages: Page[] = []
for (const entries of history) {
  const body = pack(encodeBody(entries))
  const nonce = `00112233445566${pages.length.toString().padStart(2, '0')}`
  const writtenAt = Date.UTC(2026, 10, 23, 12, 0, pages.length)
  const content = { account: 'acme', entries, body, bodyHash: bodyHash(body), writtenAt, nonce }
  pages.push(nextPage(pages.at(-1), settings, content))
}
const items = pages.map((page) => marshall(toItem(page), { convertClassInstanceToMap: true }))
const text = JSON.stringify(items, (_, value: unknown) => (isBinary(value) ? base64Of(value) : value), 2)
writeFileSync(new URL(`v${PAGE_FORMAT}.json`, import.meta.url), `${text}\n`, { flag: 'wx' })

/** As the AWS command line shows it. */
function base64Of({ B }: { readonly B: Uint8Array }): unknown {
  return { B: Buffer.from(B).toString('base64') }
}

function isBinary(value: unknown): value is { readonly B: Uint8Array } {
  return typeof value === 'object' && value !== null && 'B' in value && value.B instanceof Uint8Array
}
