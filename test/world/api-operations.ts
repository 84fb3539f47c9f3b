import { operations as access } from '../../functions/access-api/operations.ts'
import type { Services as AccessServices } from '../../functions/access-api/services.ts'
import { operations as account } from '../../functions/account-api/operations.ts'
import type { Services as AccountServices } from '../../functions/account-api/services.ts'
import { operations as operator } from '../../functions/operator-api/operations.ts'
import type { Services as OperatorServices } from '../../functions/operator-api/services.ts'
import type { Served } from '../../shared/http/serve.ts'

/** What the API's three functions need together. */
export type ApiServices = AccessServices & AccountServices & OperatorServices

/** What each function of the API serves. */
export const served = { 'access-api': access, 'account-api': account, 'operator-api': operator } as const

/** All operations, in one place: in a test they may share a process. */
export const apiOperations: readonly Served<ApiServices>[] = [...access, ...account, ...operator]
