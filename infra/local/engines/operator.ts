import { REGION } from '../template/local-stack.ts'

/** Who the runner is to the engines: a key that is no function's may do everything. Real credentials never get here. */
export const OPERATOR = { region: REGION, credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'local' } } as const
