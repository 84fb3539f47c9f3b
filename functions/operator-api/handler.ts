import { httpFunction } from '../../shared/http/router.ts'
import { operations } from './operations.ts'
import { services } from './wiring.ts'

/** What the platform's operators may do. */
export const handler = httpFunction(operations, services)
