import { registerHooks } from 'node:module'
import { type Patch, patched } from './patch.ts'
import type { Product } from './product.ts'

const ROOT = new URL('../../../', import.meta.url).href
const OURS = [`${ROOT}shared/`, `${ROOT}functions/`]

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
