import { httpFunction } from '../../shared/http/router.ts'
import { operations } from './operations.ts'
import { services } from './wiring.ts'

/** Access checks and reservations. It reads logs, writes gates alone, and knows no secret. */
export const handler = httpFunction(operations, services)
