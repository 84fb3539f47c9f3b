import type { RuleFault } from '../../errors/ruled.ts'
import { didYouMeanTier } from '../../limits/settings/tier-fault.ts'

interface Ids {
  readonly tiers: readonly { readonly id: string; readonly name: string; readonly archived: boolean }[]
  readonly ceilings: readonly { readonly id: string }[]
  readonly defaultTier?: string | undefined
}

/** Faults between fields of an account's limits, each valid by itself. */
export function limitFaults({ tiers, ceilings, defaultTier }: Ids): readonly RuleFault[] {
  const standing = tiers.filter(({ id }) => id === defaultTier)
  return [
    ...doubled({ tiers, ceilings }),
    ...(defaultTier !== undefined && standing.length === 0
      ? [{ path: ['defaultTier'], message: `no tier of these has this id${didYouMeanTier(defaultTier, tiers)}` }]
      : []),
    ...(standing.some(({ archived }) => archived)
      ? [
          {
            path: ['defaultTier'],
            message: 'this tier is archived, and new users would come into it; name another one',
          },
        ]
      : []),
  ]
}

/** The ids that stand somewhere before, by their places. */
const doubled = (lists: Readonly<Record<string, readonly { readonly id: string }[]>>): readonly RuleFault[] =>
  Object.entries(lists).flatMap(([what, list]) => {
    const ids = list.map(({ id }) => id)
    return ids.flatMap((id, place) =>
      ids.indexOf(id) < place ? [{ path: [what, place, 'id'], message: `another one of ${what} has this id` }] : [],
    )
  })
