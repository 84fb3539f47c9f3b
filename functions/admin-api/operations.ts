import type { Served } from '../../shared/http/serve.ts'
import { operations as access } from '../access-api/operations.ts'
import { operations as account } from '../account-api/operations.ts'
import { operations as operator } from '../operator-api/operations.ts'
import type { Services } from './services.ts'

/** What all functions of the API serve. */
export const operations: readonly Served<Services>[] = [...access, ...account, ...operator]
