import { flushCompileCache } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ACCOUNT_ID } from '../template/local-stack.ts'
import type { Answered, Invoke } from './function-process.ts'

/** A function's process: loads its bundle and answers invocations, as Lambda's runtime does. It ends with its parent. */
const [path = '', exported = 'handler'] = process.argv.slice(2)

const tell = (message: Answered): void => {
  process.send?.(message)
}

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)

const bundle = (await import(pathToFileURL(path).href)) as Record<
  string,
  (event: unknown, context: unknown) => Promise<unknown>
>
const handler = bundle[exported]
if (handler === undefined) throw new Error(`${path} exports no ${exported}`)

process.on('message', ({ requestId, event, deadline }: Invoke) => {
  const name = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? ''
  const context = {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${process.env['AWS_REGION']}:${ACCOUNT_ID}:function:${name}`,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? '128',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
  Promise.resolve()
    .then(() => handler(event, context))
    .then((result) => tell({ kind: 'result', requestId, json: JSON.stringify(result) }))
    .catch((error: unknown) =>
      tell({
        kind: 'error',
        requestId,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    )
})
tell({ kind: 'ready' })
// It would be written at exit, and these processes are killed.
flushCompileCache()
