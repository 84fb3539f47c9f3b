import { drawOptions, type Options, type Profile } from './options.ts'
import { loadProduct, type Patch, smallLimits } from './product/load.ts'
import type { Product } from './product/product.ts'
import type { ProfileName } from './profiles.ts'
import { type Simplification, simplifications } from './shrink.ts'
import { type HistoryResult, runHistory } from './world/history.ts'

/** A bug put into the product on purpose. */
export interface Mutant {
  readonly name: string
  /** What is wrong. */
  readonly about: string
  readonly patches: readonly Patch[]
  /** Where it shows; default: everything. */
  readonly profile?: ProfileName
  /** Both releases run beside each other: the bug only shows between them. */
  readonly isMixed?: boolean
}

/** All that decides a history. */
export interface Recipe {
  readonly seed: number
  readonly events: number
  readonly without: readonly Simplification[]
  readonly only?: readonly number[] | undefined
}

export interface Simulator {
  readonly optionsOf: (recipe: Recipe) => Options
  readonly run: (recipe: Recipe, show?: (line: string) => void) => Promise<HistoryResult>
}

/** Loads the product, or a mutant of it, with its own limits and with small ones. */
export async function simulator(profile: Profile, mutant?: Mutant): Promise<Simulator> {
  const releases = async (limits: readonly Patch[]): Promise<readonly Product[]> => [
    ...(mutant === undefined || mutant.isMixed === true ? [await loadProduct(limits)] : []),
    ...(mutant === undefined ? [] : [await loadProduct([...mutant.patches, ...limits])]),
  ]
  const products = { small: await releases(smallLimits), plain: await releases([]) }

  const optionsOf = ({ seed, events, without }: Recipe): Options =>
    without.reduce((options, name) => simplifications[name](options), drawOptions(seed, events, profile))
  return {
    optionsOf,
    run: async (recipe, show) => {
      const options = optionsOf(recipe)
      const only = recipe.only && new Set(recipe.only)
      const chosen = options.isSmall ? products.small : products.plain
      return await runHistory({ seed: recipe.seed, options, products: chosen, only, show })
    },
  }
}
