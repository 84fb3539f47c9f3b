import { lambda } from '../../shared/runtime/lambda.ts'
import { topUp } from './top-up.ts'
import { ports } from './wiring.ts'

export const handler = lambda(topUp(ports))
