import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'
import { answer } from './access.ts'

/** Hands a request on to an engine, with the body it is to have there, and the engine's answer back. */
export function pass(engineAddress: string, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const { method, url } = request
  const headers = { ...request.headers, 'content-length': body.length }
  const onward = sendRequest(`${engineAddress}${url}`, { method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers)
    answered.pipe(response)
  })
  onward.on('error', (error) => {
    if (!response.headersSent) answer(response, 502, { __type: 'ServiceUnavailable', message: error.message })
  })
  onward.end(body)
}
