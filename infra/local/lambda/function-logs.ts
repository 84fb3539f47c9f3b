import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Counts what functions measure, and keeps the rest of what they say. */
export interface FunctionLogs {
  readonly lineOf: (functionName: string) => (line: string) => void
  /** Sums of the metrics, by name. */
  readonly metrics: () => Readonly<Record<string, number>>
}

/** Lines in CloudWatch's embedded metric format are counted; the others go to `logs/FUNCTION.log`. */
export function functionLogs(directory: string, onLine: (line: string) => void): FunctionLogs {
  const folder = join(directory, 'logs')
  mkdirSync(folder, { recursive: true })
  const sums: Record<string, number> = {}
  return {
    lineOf: (functionName) => (line) => {
      const measured = readMetrics(line)
      for (const [name, value] of measured ?? []) sums[name] = (sums[name] ?? 0) + value
      if (measured !== undefined) return
      appendFileSync(join(folder, `${functionName}.log`), `${line}\n`)
      onLine(line)
    },
    metrics: () => ({ ...sums }),
  }
}

interface EmbeddedMetrics {
  readonly _aws?: { readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string }[] }[] }
}

function readMetrics(line: string): readonly (readonly [string, number])[] | undefined {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return undefined
  try {
    const entry = JSON.parse(line) as EmbeddedMetrics & Readonly<Record<string, unknown>>
    const names = entry._aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? []
    return names.map(
      (name) => [name, [entry[name]].flat().reduce<number>((sum, value) => sum + Number(value), 0)] as const,
    )
  } catch {
    return undefined
  }
}
