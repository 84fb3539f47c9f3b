import { registerHooks } from 'node:module'
import type { Product } from './product.ts'

/** A change of one source file, as the product is loaded; nothing on the disk changes. */
export interface Patch {
  /** From the repository's root. */
  readonly file: string
  /** Must stand in the file exactly once: a patch that no longer fits is an error, never a silent no-op. */
  readonly find: string
  readonly replace: string
}

/** @throws Error when the text to replace does not occur exactly once */
export function patched(source: string, { file, find, replace }: Patch): string {
  const parts = source.split(find)
  if (parts.length !== 2)
    throw new Error(`${file} has ${parts.length - 1} places like ${JSON.stringify(find)}, not one`)
  return parts.join(replace)
}

const ROOT = new URL('../../../', import.meta.url).href
const OURS = [`${ROOT}shared/`, `${ROOT}functions/`, `${ROOT}test/world/`]

const variants: (readonly Patch[])[] = []
const loaded = new Map<string, Set<number>>()

/**
 * Loads the product's functions with some of their sources patched: each variant is a graph of modules of its own, told
 * apart by a query in their URLs, so that several live beside each other in one process.
 */
export async function loadProduct(patches: readonly Patch[]): Promise<Product> {
  if (variants.length === 0) install()
  const variant = variants.push(patches) - 1
  const { product } = (await import(`./product.ts?variant=${variant}`)) as { readonly product: Product }
  const files = loaded.get(String(variant))
  patches.forEach((patch, place) => {
    if (!files?.has(place)) throw new Error(`${patch.file} is not part of what is simulated`)
  })
  return product
}

function install(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context)
      const variant = variantOf(context.parentURL)
      const isOurs = OURS.some((folder) => resolved.url.startsWith(folder))
      return variant === undefined || !isOurs ? resolved : { ...resolved, url: `${resolved.url}?variant=${variant}` }
    },
    load: (url, context, next) => {
      const variant = variantOf(url)
      const result = next(url, context)
      if (variant === undefined) return result
      const file = url.slice(ROOT.length, url.indexOf('?'))
      let source = String(result.source)
      for (const [place, patch] of (variants[Number(variant)] ?? []).entries()) {
        if (patch.file !== file) continue
        source = patched(source, patch)
        loaded.set(variant, (loaded.get(variant) ?? new Set()).add(place))
      }
      return { ...result, source }
    },
  })
}

function variantOf(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith(ROOT) || !url.includes('?')) return undefined
  return new URL(url).searchParams.get('variant') ?? undefined
}

const limit = (file: string, name: string, from: string, to: string): Patch => ({
  file,
  find: `${name} = ${from}`,
  replace: `${name} = ${to}`,
})

/**
 * Limits of the product made small, so that a few hundred events fill pages, evict warm ones, split searches and chunks.
 *
 * None of them may decide whether a charge is right; W, which may, keeps its value. So does SEARCHED_ENTRIES: what a look
 * back has read counts against the search after markers, and with a small limit nothing is left to search with.
 */
export const smallLimits: readonly Patch[] = [
  limit('shared/ledger/page/page.ts', 'PAGE_ENTRIES', '1000', '12'),
  limit('shared/ledger/coverage/coverage-rule.ts', 'PAGE_SEARCHES', '250', '5'),
  limit('shared/ledger/io/log-writer.ts', 'WARM_ENTRIES', '100_000', '150'),
  limit('shared/ledger/io/log-writer.ts', 'WARM_ENTRIES_OF_ONE', '50_000', '60'),
  limit('shared/ledger/io/search/prove-absence.ts', 'FIRST_LOOK', '8', '2'),
  limit('shared/ledger/io/search/prove-absence.ts', 'WIDEST_LOOK', '200', '5'),
  limit('shared/ledger/io/search/prove-absence.ts', 'PAGES_WORTH_A_MOVE', '50', '3'),
  limit('shared/ledger/io/search/prove-absence.ts', 'SEARCHED_ENTRIES', '300_000', '120'),
  limit('shared/limits/io/reservations/charged-reservations.ts', 'PAGES_A_REQUEST', '50', '5'),
  limit('shared/limits/io/reservations/charged-reservations.ts', 'MOST_ENTRIES', '50_000', '40'),
  limit('shared/pricing/io/rerate-charges.ts', 'PAGES_AT_ONCE', '50', '3'),
  limit('functions/project-log/follow-log.ts', 'PAGES_AT_ONCE', '50', '4'),
  limit('functions/project-log/archiver.ts', 'PAGES_AT_ONCE', '50', '4'),
  limit('functions/project-log/archiver.ts', 'PAGES_WORTH_AN_INDEX', '16', '1'),
  limit('functions/project-log/warm-tails.ts', 'TAIL_ENTRIES', '100_000', '100'),
  limit('shared/spend/snapshot-due.ts', 'TAIL_PAGES', '1024', '12'),
  limit('functions/project-log/warm-tails.ts', 'WATCH_ENTRIES', '100_000', '150'),
  limit('shared/limits/io/warm-folds.ts', 'WARM_ENTRIES', '200_000', '150'),
  limit('shared/spend/chunks.ts', 'CHUNK_BYTES', '32 * 1024', '1000'),
]
