import { lambda } from '../../shared/aws/lambda.ts'
import { projectLog } from './project-log.ts'
import { ports } from './wiring.ts'

export const handler = lambda(projectLog(ports))
