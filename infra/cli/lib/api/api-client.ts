import { setTimeout as wait } from 'node:timers/promises'
import { Unreachable } from '../failure.ts'

/** The HTTP API's address, and the token to call it with. */
export interface ApiAccess {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string
}

/** The API refused a request. `code` is the problem's (RFC 9457). */
class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  constructor(request: string, status: number, code: string, detail: string) {
    super(`${request}: ${status} ${code}: ${detail}`)
    this.status = status
    this.code = code
  }
}

export interface ApiClient {
  /** @throws ApiProblem, Unreachable */
  readonly get: <T>(path: string) => Promise<T>
  /** The same; `undefined` for what is not there. @throws ApiProblem, Unreachable */
  readonly find: <T>(path: string) => Promise<T | undefined>
  /** Writes once for a key, however often it is called. @throws ApiProblem, Unreachable */
  readonly post: <T>(path: string, body: unknown, idempotencyKey: string) => Promise<T>
  /** The same, in the place of what stands. @throws ApiProblem, Unreachable */
  readonly put: <T>(path: string, body: unknown, idempotencyKey: string) => Promise<T>
}

/** Every request may be sent again (reads change nothing, writes have a key), so a stumble costs some tries, not the command. */
const TRIES = 6
const FIRST_PAUSE_MS = 150

const isTemporary = ({ status, code }: ApiProblem): boolean =>
  status >= 500 || status === 429 || code === 'idempotency.in-progress'

export function apiClient({ url, token }: ApiAccess): ApiClient {
  const get = <T>(path: string): Promise<T> => insist(() => call<T>(`${url}${path}`, { method: 'GET' }, token))
  const write =
    (method: 'POST' | 'PUT') =>
    <T>(path: string, body: unknown, idempotencyKey: string): Promise<T> => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
      return insist(() => call<T>(`${url}${path}`, { method, headers, body: JSON.stringify(body) }, token))
    }
  return {
    get,
    find: async <T>(path: string) => {
      try {
        return await get<T>(path)
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return undefined
        throw error
      }
    },
    post: write('POST'),
    put: write('PUT'),
  }
}

async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tried === TRIES || (error instanceof ApiProblem && !isTemporary(error))) throw error
    }
    await wait(FIRST_PAUSE_MS * 2 ** (tried - 1))
  }
}

async function call<T>(url: string, request: RequestInit, token: string): Promise<T> {
  const headers = { ...request.headers, authorization: `Bearer ${token}` }
  const { isOk, status, text } = await answerOf(url, { ...request, headers })
  if (isOk) return JSON.parse(text) as T

  const { code, detail } = problemIn(text)
  throw new ApiProblem(`${request.method} ${new URL(url).pathname}`, status, code, detail)
}

/** @throws Unreachable */
async function answerOf(url: string, request: RequestInit) {
  try {
    const response = await fetch(url, request)
    return { isOk: response.ok, status: response.status, text: await response.text() }
  } catch (error) {
    throw new Unreachable(`${request.method} ${url}`, error)
  }
}

/** API Gateway's own refusals are `{"message": …}`. */
function problemIn(text: string): { readonly code: string; readonly detail: string } {
  try {
    const { code = 'gateway', detail, message } = JSON.parse(text) as Readonly<Record<string, string | undefined>>
    return { code, detail: detail ?? message ?? text.slice(0, 200) }
  } catch {
    return { code: 'gateway', detail: text.slice(0, 200) }
  }
}
