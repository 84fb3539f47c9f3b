import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../engines/listen.ts'
import { checkoutPage } from './checkout-page.ts'
import { type Fields, readForm, textIn } from './form.ts'
import type { Intent } from './objects.ts'
import { type ApiAnswer, paymentApi, refused } from './payment-api.ts'
import { KeptState } from './payment-state.ts'
import { ProviderAccount } from './provider-account.ts'
import { WebhookSender, type WebhookTarget } from './webhook-sender.ts'

export interface PaymentServerOptions {
  readonly directory: string
  readonly apiKey: string
  readonly webhook: WebhookTarget
  readonly now: () => number
  /** Default: a free port. With a fixed one, open pages survive a restart. */
  readonly port?: number
}

export interface PaymentServer {
  readonly address: string
  readonly stop: () => void
}

/** Stripe: a key is remembered for 24 hours. */
const KEY_MEMORY_MS = 24 * 60 * 60 * 1000
const LARGEST_REQUEST = 1024 * 1024

/**
 * A server that speaks the part of Stripe's HTTP API that is used, to which Stripe's own SDK is pointed. README.md lists what
 * it leaves out.
 */
export async function startPaymentServer({
  directory,
  apiKey,
  webhook,
  now,
  port,
}: PaymentServerOptions): Promise<PaymentServer> {
  const kept = new KeptState(directory)
  const { state } = kept
  const sender = new WebhookSender(kept, webhook, now)
  const account = new ProviderAccount(kept, now, (event) => sender.send(event))
  let address = ''
  const api = paymentApi(state, account, (id) => `${address}/pay/${id}`)
  /** How many answers get lost: the request is done, its caller gets no answer. */
  let losing = 0
  let delayMs = 0

  /** Stripe, "Idempotent requests": the same key and body get the same answer, errors too; another body is an error. */
  const keyed = (key: string | undefined, request: string, execute: () => ApiAnswer): ApiAnswer => {
    if (key === undefined) return execute()
    const known = state.keys[key]
    if (known !== undefined && now() - known.at < KEY_MEMORY_MS) {
      if (known.request === request) return { status: known.status, body: known.body as object }
      return refused(
        400,
        'idempotency_error',
        'Keys for idempotent requests can only be used with the same parameters.',
      )
    }
    const { status, body } = execute()
    state.keys[key] = { at: now(), request, status, body: structuredClone(body) }
    return { status, body }
  }

  const answerApi = (request: IncomingMessage, url: URL, text: string): ApiAnswer => {
    if (request.headers.authorization !== `Bearer ${apiKey}`)
      return refused(401, 'invalid_request_error', 'Invalid API Key provided')
    const method = request.method ?? ''
    const fields = readForm(method === 'GET' ? url.search.slice(1) : text)
    const path = url.pathname.slice('/v1'.length)
    const key = request.headers['idempotency-key']
    const made = keyed(method === 'POST' ? key?.toString() : undefined, `${method} ${path} ${text}`, () =>
      api({ method, path, fields }),
    )
    if (method !== 'GET') kept.save()
    return made
  }

  const answerPage = (response: ServerResponse, id: string, text: string | undefined): ServerResponse => {
    const session = state.sessions[id]
    if (session === undefined) return end(response, 404, 'text/plain', 'There is no such page.')
    if (text === undefined || session.status !== 'open')
      return end(response, 200, 'text/html', checkoutPage(session, false))
    const fields = readForm(text)
    const leads = (to: string): ServerResponse => response.writeHead(303, { location: to }).end()
    if (textIn(fields, 'do') === 'leave') return leads(session.cancel_url)
    const card = (textIn(fields, 'card') ?? '').replaceAll(/\D/g, '')
    const failed = card.length < 12 ? session : account.complete(session, card.slice(-4))
    kept.save()
    return failed === undefined
      ? leads(session.success_url)
      : end(response, 200, 'text/html', checkoutPage(session, true))
  }

  const happen = (what: string, intent: Intent, fields: Fields): object | undefined => {
    if (what === 'disputes/won') return account.winDispute(intent)
    if (what === 'refunds/failed') return account.failRefund(intent)
    const left = intent.amount - (intent.latest_charge?.amount_refunded ?? 0)
    if (what === 'disputes') return left > 0 ? account.dispute(intent) : undefined
    if (what !== 'refunds') return undefined
    const cents = Number(textIn(fields, 'amount') ?? String(left))
    return Number.isSafeInteger(cents) && cents > 0 && cents <= left ? account.refund(intent, cents) : undefined
  }

  /** What happens at the provider without our asking: for demonstrations and tests. */
  const answerLocal = (response: ServerResponse, what: string, text: string): ServerResponse => {
    const fields = readForm(text)
    if (what === 'faults') {
      losing = Number(textIn(fields, 'lose') ?? '0')
      delayMs = Number(textIn(fields, 'delay_ms') ?? '0')
      return end(response, 200, 'text/plain', 'ok')
    }
    const intent = state.intents[textIn(fields, 'payment_intent') ?? '']
    const made = intent?.status === 'succeeded' ? happen(what, intent, fields) : undefined
    if (made === undefined) return end(response, 404, 'text/plain', 'nothing to do')
    kept.save()
    return end(response, 200, 'application/json', JSON.stringify(made))
  }

  const route = (request: IncomingMessage, response: ServerResponse, url: URL, text: string): void => {
    const [, room, rest = ''] = /^\/(v1|pay|local)\/(.*)$/.exec(url.pathname) ?? []
    if (room === 'pay') answerPage(response, rest, request.method === 'POST' ? text : undefined)
    else if (room === 'local' && request.method === 'POST') answerLocal(response, rest, text)
    else if (room === 'v1') {
      const { status, body } = answerApi(request, url, text)
      if (losing > 0) {
        losing -= 1
        response.destroy()
      } else setTimeout(() => end(response, status, 'application/json', JSON.stringify(body)), delayMs)
    } else end(response, 404, 'text/plain', 'not here')
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    readText(request)
      .then((text) => route(request, response, url, text))
      .catch((error: unknown) => end(response, 500, 'text/plain', String(error)))
  })
  const listening = await listen(server, port)
  address = listening.address
  return {
    address,
    stop: () => {
      sender.stop()
      kept.close()
      listening.stop()
    },
  }
}

function end(response: ServerResponse, status: number, type: string, body: string): ServerResponse {
  if (response.headersSent) return response
  return response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body)
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > LARGEST_REQUEST) throw new Error('the request is too large')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString()
}
