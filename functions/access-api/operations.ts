import type { Served } from '../../shared/http/serve.ts'
import type { Services } from '../admin-api/services.ts'
import { accessCheckHandlers } from './access-checks.ts'
import { reservationHandlers } from './reservations.ts'

/** What this function serves. */
export const operations: readonly Served<Services>[] = [...accessCheckHandlers, ...reservationHandlers]
