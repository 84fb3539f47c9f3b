import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DynamoDBRecord } from 'aws-lambda'

type Keys = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['Keys']>

type Line =
  | { readonly number: number; readonly intent: Keys }
  | { readonly number: number; readonly record: DynamoDBRecord }
  | { readonly number: number; readonly nothing: true }
  | { readonly number: number; readonly processed: true }

/** What a journal held when it was opened: changes to hand over, and writes whose end nobody saw. */
export interface Leftovers {
  readonly records: readonly { readonly number: number; readonly record: DynamoDBRecord }[]
  readonly intents: readonly { readonly number: number; readonly keys: Keys }[]
}

/**
 * The change records of one table, on disk before the write that they tell of is answered.
 *
 * The engine has no streams. An intent is noted before the write and the record after it, so that a kill in between
 * is found at the next start: the item is read then, and its change handed over. Records come at least once, as
 * DynamoDB Streams' consumers see them. Appending survives a killed process, not a machine without power.
 */
export interface ChangeJournal {
  readonly leftovers: Leftovers
  readonly intend: (keys: Keys) => number
  readonly record: (number: number, record: DynamoDBRecord) => void
  readonly nothing: (number: number) => void
  readonly processed: (number: number) => void
}

export function openJournal(directory: string, table: string): ChangeJournal {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${table}.jsonl`)
  const { leftovers, last } = leftoversOf(path)
  let next = last + 1
  rewrite(path, leftovers)

  const append = (line: Line): void => appendFileSync(path, `${JSON.stringify(line)}\n`)
  return {
    leftovers,
    intend: (keys) => {
      const number = next
      next += 1
      append({ number, intent: keys })
      return number
    },
    record: (number, record) => append({ number, record }),
    nothing: (number) => append({ number, nothing: true }),
    processed: (number) => append({ number, processed: true }),
  }
}

function leftoversOf(path: string): { readonly leftovers: Leftovers; readonly last: number } {
  const intents = new Map<number, Keys>()
  const records = new Map<number, DynamoDBRecord>()
  let last = 0
  for (const text of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    const line = lineOf(text)
    if (line === undefined) continue
    last = Math.max(last, line.number)
    if ('intent' in line) intents.set(line.number, line.intent)
    else {
      intents.delete(line.number)
      if ('record' in line) records.set(line.number, line.record)
      else records.delete(line.number)
    }
  }
  return {
    leftovers: {
      records: [...records].map(([number, record]) => ({ number, record })),
      intents: [...intents].map(([number, keys]) => ({ number, keys })),
    },
    last,
  }
}

/** The last line of a killed process may be cut off: then nothing was answered yet either. */
function lineOf(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}

function rewrite(path: string, { records, intents }: Leftovers): void {
  const lines: readonly Line[] = [...records, ...intents.map(({ number, keys }) => ({ number, intent: keys }))]
  writeFileSync(`${path}.next`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  renameSync(`${path}.next`, path)
}
