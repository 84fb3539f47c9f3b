import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pack } from '../../../shared/ledger/io/page-item.ts'
import { median } from '../measure.ts'
import { fullCard, grownTo } from './full-card.ts'

/** As the store does. */
const LINES_A_PART = 500
const LOADS = 9
export const SERVICES = 2000

/** Milliseconds that a fresh process takes from a card's stored parts to its first price; median. */
export async function measureLoading(): Promise<{
  readonly rates: number
  readonly kilobytes: number
  readonly ms: number
}> {
  const { rates } = grownTo(SERVICES, await fullCard())
  const folder = mkdtempSync(join(tmpdir(), 'card-'))
  try {
    const files: string[] = []
    let bytes = 0
    for (let next = 0; next < rates.length; next += LINES_A_PART) {
      const part = pack(JSON.stringify(rates.slice(next, next + LINES_A_PART)))
      const file = join(folder, String(files.length))
      writeFileSync(file, part)
      files.push(file)
      bytes += part.length
    }
    const script = fileURLToPath(new URL('load-card.ts', import.meta.url))
    const times = Array.from({ length: LOADS }, () => Number(execFileSync(process.execPath, [script, ...files])))
    return { rates: rates.length, kilobytes: bytes / 1024, ms: median(times) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
