import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Something that failed in a function, or the whole invocation. */
export interface FunctionFailure {
  readonly function: string
  /** What failed, and the first line of the error. */
  readonly what: string
  /** Of an HTTP request: by it, its answer and its log are found. */
  readonly requestId?: string | undefined
  /** Method and path with names of parameters: `POST /v1/accounts`. */
  readonly route?: string | undefined
  /** The log that has the rest. */
  readonly file: string
}

/** What is kept of one function. */
export interface FunctionLog {
  readonly line: (line: string) => void
  /** An invocation that gave no result. */
  readonly failed: (message: string, event: unknown) => void
}

/** Counts what functions measure, keeps the rest of what they say, and tells what fails. */
export interface FunctionLogs {
  readonly of: (functionName: string) => FunctionLog
  /** Sums of the metrics, by name. */
  readonly metrics: () => Readonly<Record<string, number>>
}

/** Counts lines in CloudWatch's embedded metric format, and writes the others to `logs/FUNCTION.log`. Reports errors. */
export function functionLogs(
  directory: string,
  onLine: (line: string) => void,
  onFailure: (failure: FunctionFailure) => void,
): FunctionLogs {
  const folder = join(directory, 'logs')
  mkdirSync(folder, { recursive: true })
  const sums: Record<string, number> = {}
  return {
    of: (functionName) => {
      const file = join(folder, `${functionName}.log`)
      const keep = (line: string): void => {
        appendFileSync(file, `${line}\n`)
        onLine(line)
      }
      return {
        line: (line) => {
          const measured = readMetrics(line)
          for (const [name, value] of measured ?? []) sums[name] = (sums[name] ?? 0) + value
          if (measured !== undefined) return
          keep(line)
          const failure = readFailure(line)
          if (failure !== undefined) onFailure({ function: functionName, ...failure, file })
        },
        failed: (message, event) => {
          keep(message)
          onFailure({ function: functionName, what: firstLine(message), ...requestOf(event), file })
        },
      }
    },
    metrics: () => ({ ...sums }),
  }
}

interface EmbeddedMetrics {
  readonly _aws?: { readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string }[] }[] }
}

function readMetrics(line: string): readonly (readonly [string, number])[] | undefined {
  if (!line.includes('"_aws"')) return undefined
  const entry = readObject<EmbeddedMetrics & Readonly<Record<string, unknown>>>(line)
  if (entry === undefined) return undefined
  const names = entry._aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? []
  return names.map(
    (name) => [name, [entry[name]].flat().reduce<number>((sum, value) => sum + Number(value), 0)] as const,
  )
}

/** A line of the structured logger (Powertools): of an error it has its name and message. */
interface LoggedError {
  readonly level?: string
  readonly message?: string
  readonly error?: { readonly name?: string; readonly message?: string }
  readonly requestId?: string
  readonly route?: string
}

type Failure = Pick<FunctionFailure, 'what' | 'requestId' | 'route'>

function readFailure(line: string): Failure | undefined {
  if (!line.includes('"level":"ERROR"')) return undefined
  const { level, message = 'failed', error, requestId, route } = readObject<LoggedError>(line) ?? {}
  if (level !== 'ERROR') return undefined
  const why = error?.message === undefined ? '' : `: ${error.name ?? 'Error'}: ${firstLine(error.message)}`
  return {
    what: `${message}${why}`,
    requestId,
    route,
  }
}

function readObject<T extends object>(line: string): T | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as T
  } catch {
    return undefined
  }
}

/** Of an event of the HTTP API (payload format 2.0). */
function requestOf(event: unknown): Pick<FunctionFailure, 'requestId' | 'route'> {
  const { requestContext } = (event ?? {}) as {
    readonly requestContext?: { readonly requestId: string; readonly routeKey: string }
  }
  return requestContext === undefined ? {} : { requestId: requestContext.requestId, route: requestContext.routeKey }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
