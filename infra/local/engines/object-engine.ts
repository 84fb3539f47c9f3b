import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { startFauxqs } from 'fauxqs'
import { REGION } from '../template/local-stack.ts'
import { type Access, boundary, pass } from './access.ts'
import { listen } from './listen.ts'

/** What functions do with single objects, as IAM names it; of everything else of S3 they may list a bucket, no more. */
const ACTIONS: Readonly<Record<string, string>> = {
  PUT: 's3:PutObject',
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  DELETE: 's3:DeleteObject',
}

/** fauxqs' S3 with objects as files under `s3/`, behind a boundary that asks the callers' roles. */
export async function startObjectEngine(
  directory: string,
  buckets: readonly string[],
  isAllowed: Access,
  port?: number,
): Promise<{ readonly address: string; readonly stop: () => Promise<void> }> {
  const engine = await startFauxqs({
    port: 0,
    host: '127.0.0.1',
    logger: false,
    s3StorageDir: join(directory, 's3'),
    defaultRegion: REGION,
  })
  for (const bucket of buckets) engine.createBucket(bucket)
  const engineAddress = `http://127.0.0.1:${engine.port}`

  const server = boundary(({ accessKeyId, body }, request, response) => {
    const { method = '', url = '' } = request
    const { action, resource } = askedFor(method, url)
    if (!isAllowed(accessKeyId, action, resource)) return denyObject(response, accessKeyId, action, resource)
    const isNew = method === 'PUT' && request.headers['if-none-match'] === '*'
    return isNew ? passNew(engineAddress, body, request, response) : pass(engineAddress, body, request, response)
  })
  const listening = await listen(server, port)
  return {
    address: listening.address,
    stop: async () => {
      listening.stop()
      await engine.stop()
    },
  }
}

const beingPut = new Set<string>()

/** fauxqs ignores the condition and overwrites, so this checks for the object first. */
async function passNew(
  engine: string,
  body: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '', 'http://127.0.0.1')
  if (beingPut.has(pathname)) return answerError(response, 409, 'ConditionalRequestConflict', 'it is being put')
  beingPut.add(pathname)
  response.once('close', () => beingPut.delete(pathname))
  const { authorization = '' } = request.headers
  const { status } = await fetch(`${engine}${pathname}`, { method: 'HEAD', headers: { authorization } })
  if (status === 200) answerError(response, 412, 'PreconditionFailed', 'there is an object of this key')
  else pass(engine, body, request, response)
}

function answerError(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`)
}

/** S3's own protocol: the method and `/bucket/key`. SDKs write it so where the endpoint is an IP address. */
function askedFor(method: string, url: string): { readonly action: string; readonly resource: string } {
  const { pathname } = new URL(url, 'http://127.0.0.1')
  const [bucket = '', ...key] = pathname.slice(1).split('/').map(decodeURIComponent)
  const isObject = key.join('/') !== ''
  return {
    action: isObject ? (ACTIONS[method] ?? `s3:${method}`) : method === 'GET' ? 's3:ListBucket' : `s3:${method}Bucket`,
    resource: `arn:aws:s3:::${[bucket, ...(isObject ? key : [])].join('/')}`,
  }
}

function denyObject(response: ServerResponse, accessKeyId: string, action: string, resource: string): void {
  const message = `${accessKeyId} is not authorized to perform ${action} on ${resource}: no policy of the template allows it`
  answerError(response, 403, 'AccessDenied', message)
}
