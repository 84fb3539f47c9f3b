import { lambda } from '../../shared/aws/lambda.ts'
import { topUp } from './top-up.ts'
import { ports } from './wiring.ts'

export const handler = lambda(topUp(ports))
