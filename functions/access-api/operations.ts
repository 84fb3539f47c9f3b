import type { Served } from '../../shared/http/serve.ts'
import { accessCheckHandlers } from './access-checks.ts'
import { reservationHandlers } from './reservations.ts'
import type { Services } from './services.ts'

/** The operations of this function. */
export const operations: readonly Served<Services>[] = [...accessCheckHandlers, ...reservationHandlers]
