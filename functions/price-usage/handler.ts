import { lambda } from '../../shared/aws/lambda.ts'
import { priceUsage } from './price-usage.ts'
import { ports } from './wiring.ts'

export const handler = lambda(priceUsage(ports))
