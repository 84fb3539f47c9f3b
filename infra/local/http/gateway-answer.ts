import type { ServerResponse } from 'node:http'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

/** Answers with what a function returned (payload format 2.0; AWS: "Lambda function response for format 2.0"). */
export function sendResult(response: ServerResponse, result: unknown): void {
  if (isStructured(result)) sendStructured(response, result)
  else send(response, 200, result)
}

function sendStructured(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = result
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value))
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.writeHead(Number(statusCode))
  response.end(isBase64Encoded ? Buffer.from(body, 'base64') : body)
}

/** API Gateway's own answers, and a function's that names no status: JSON. */
export function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.end()
    return
  }
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const isStructured = (result: unknown): result is APIGatewayProxyStructuredResultV2 =>
  typeof result === 'object' && result !== null && 'statusCode' in result
