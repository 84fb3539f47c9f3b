import { lambda } from '../../shared/aws/lambda.ts'
import { ports } from './wiring.ts'
import { writeCheckpoints } from './write-checkpoints.ts'

export const handler = lambda(writeCheckpoints(ports))
