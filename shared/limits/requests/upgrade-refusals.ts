import { Problem } from '../../errors/problems.ts'
import { clipped } from '../../errors/refusal.ts'
import { noSuchTier } from '../settings/tier-fault.ts'
import type { FilingRefusal } from './file-upgrade.ts'

interface Who {
  readonly account: string
  readonly user: string
  readonly category: string
}

/** Why an upgrade request can't be filed, in words. */
export function filingProblem({ account, user, category }: Who, refusal: FilingRefusal): Problem {
  const who = clipped(user)
  switch (refusal.kind) {
    case 'open':
      return new Problem(
        'upgrade-request.open',
        `${who} has asked for more ${category} this month already (${refusal.request}), and nobody has decided yet`,
      )
    case 'too-many':
      return new Problem(
        'upgrade-request.too-many',
        `${account} has as many upgrade requests of this month as it can keep; decided ones count until the month ends`,
      )
    case 'no-limit': {
      const where = refusal.tier === undefined ? 'is in no tier' : `is in the tier ${refusal.tier}`
      return new Problem(
        'upgrade-request.not-higher',
        `${who} ${where} and has no limit for ${category} that could be raised; see what decides: POST /v1/access-checks`,
      )
    }
    case 'not-higher':
      return new Problem(
        'upgrade-request.not-higher',
        `the tier ${refusal.tier} gives ${who} no more ${category} than ${refusal.today}; ask for a higher one, or for an amount`,
      )
    case 'unknown-tier':
    case 'archived-tier':
      return noSuchTier(account, refusal)
  }
}
