import { httpFunction } from '../../shared/http/router.ts'
import { operations } from './operations.ts'
import { services } from './wiring.ts'

/** The API for the platform's operators. */
export const handler = httpFunction(operations, services)
