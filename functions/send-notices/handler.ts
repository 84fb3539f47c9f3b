import { lambda } from '../../shared/aws/lambda.ts'
import { sendNotices } from './send-notices.ts'
import { ports } from './wiring.ts'

export const handler = lambda(sendNotices(ports))
