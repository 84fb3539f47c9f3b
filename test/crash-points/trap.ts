import http, { type ClientRequest } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { countCall } from './crash-point.ts'

/**
 * Loaded in front of a function's bundle: counts the requests that its SDKs make, over all of its processes, and kills
 * the process at the one it was told, as the machine under a function may die: no handler runs, nothing is flushed.
 *
 * `?folder=` of its URL is where the trap is set and the calls are counted.
 */
const folder = new URL(import.meta.url).searchParams.get('folder') ?? ''
const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

const request = http.request
const trapped = (...args: Parameters<typeof http.request>): ClientRequest => {
  const [options] = args
  const headers = typeof options === 'object' && 'headers' in options ? options.headers : undefined
  const target = String((headers as Record<string, unknown> | undefined)?.['x-amz-target'] ?? 'request')
  const { number, point } = countCall(folder, target.slice(target.indexOf('.') + 1))
  if (point?.call === number && point.moment === 'before') die()
  const sent = Reflect.apply(request, http, args) as ClientRequest
  // The service has done it when its answer begins; the function never hears of it.
  if (point?.call === number && point.moment === 'after') sent.prependListener('response', die)
  return sent
}
http.request = trapped as typeof http.request
syncBuiltinESMExports()
