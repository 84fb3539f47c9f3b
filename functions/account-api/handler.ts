import { httpFunction } from '../../shared/http/router.ts'
import { operations } from './operations.ts'
import { services } from './wiring.ts'

/** What an account's people and members may do, and the API's health and description. It grants no credits. */
export const handler = httpFunction(operations, services)
