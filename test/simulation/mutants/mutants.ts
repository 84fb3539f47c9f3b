import type { Mutant } from '../simulate.ts'
import { accessMutants } from './access.ts'
import { commitMutants } from './commit.ts'
import { functionMutants } from './functions.ts'
import { identityMutants } from './identity.ts'
import { limitMutants } from './limits.ts'
import { moneyMutants } from './money.ts'
import { rateMutants } from './rates.ts'
import { topUpMutants } from './top-ups.ts'

/** Real bugs, each a small change of the source: the simulation must find every one of them. */
export const mutants: readonly Mutant[] = [
  ...commitMutants,
  ...identityMutants,
  ...moneyMutants,
  ...functionMutants,
  ...rateMutants,
  ...topUpMutants,
  ...limitMutants,
  ...accessMutants,
]
