import { lambda } from '../../shared/runtime/lambda.ts'
import { ports } from './wiring.ts'
import { writeCheckpoints } from './write-checkpoints.ts'

export const handler = lambda(writeCheckpoints(ports))
