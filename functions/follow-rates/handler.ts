import { lambda } from '../../shared/aws/lambda.ts'
import { followRates } from './follow-rates.ts'
import { ports } from './wiring.ts'

export const handler = lambda(followRates(ports))
