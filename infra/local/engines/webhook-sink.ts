import { appendFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { type Listening, listen } from './listen.ts'

/** A receiver of the stage's webhooks, as a platform would have one: checks the signature, writes each event once to `webhooks.jsonl`. */
export async function startWebhookSink(directory: string, secret: string, port: number): Promise<Listening> {
  const known = new Set<string>()
  const server = createServer((request, response) => {
    readText(request)
      .then((body) => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        )
        const event = new Webhook(secret).verify(body, headers)
        const id = String(headers['webhook-id'])
        if (!known.has(id))
          appendFileSync(
            join(directory, 'webhooks.jsonl'),
            `${JSON.stringify({ id, at: new Date().toISOString(), event })}\n`,
          )
        known.add(id)
        response.writeHead(204).end()
      })
      .catch((error: unknown) => response.writeHead(401).end(String(error)))
  })
  const { address, stop } = await listen(server, port)
  return { address: `${address}/`, stop }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
