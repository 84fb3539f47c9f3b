import { httpFunction } from '../../shared/http/router.ts'
import { operations } from './operations.ts'
import { services } from './wiring.ts'

/** The API for an account's people and members, with health and description. It grants no credits. */
export const handler = httpFunction(operations, services)
