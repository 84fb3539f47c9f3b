import { lambda } from '../../shared/runtime/lambda.ts'
import { priceUsage } from './price-usage.ts'
import { ports } from './wiring.ts'

export const handler = lambda(priceUsage(ports))
