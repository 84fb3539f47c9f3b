import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DynamoDBRecord } from 'aws-lambda'
import type { Item } from './change-record.ts'

type Line =
  | { readonly number: number; readonly intent: Item; readonly deletes?: boolean | undefined }
  | { readonly number: number; readonly record: DynamoDBRecord }
  | { readonly number: number; readonly nothing: true }
  | { readonly number: number; readonly processed: true }

/** The content of a journal when it was opened: changes to hand over, and writes with an unknown end. */
interface Leftovers {
  readonly records: readonly { readonly number: number; readonly record: DynamoDBRecord }[]
  readonly intents: readonly { readonly number: number; readonly keys: Item; readonly deletes: boolean }[]
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
  readonly intend: (keys: Item, deletes?: boolean) => number
  readonly record: (number: number, record: DynamoDBRecord) => void
  readonly nothing: (number: number) => void
  readonly processed: (number: number) => void
}

/** Finished changes stay in the file until it is this large; then it is rewritten without them. */
const LARGE_BYTES = 16 * 1024 * 1024

export function openJournal(directory: string, table: string, largeBytes = LARGE_BYTES): ChangeJournal {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${table}.jsonl`)
  const open = new Map<number, string>()
  let last = 0
  for (const text of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    const line = lineOf(text)
    if (line === undefined) continue
    last = Math.max(last, line.number)
    if ('intent' in line || 'record' in line) open.set(line.number, text)
    else open.delete(line.number)
  }
  const leftovers = leftoversOf(open)
  let file = rewrite(path, last, open)

  const append = (line: Line): void => {
    const text = JSON.stringify(line)
    if ('intent' in line || 'record' in line) open.set(line.number, text)
    else open.delete(line.number)
    writeSync(file.descriptor, `${text}\n`)
    file.bytes += text.length
    if (file.bytes < largeBytes || file.bytes < 2 * sizeOf(open)) return
    closeSync(file.descriptor)
    file = rewrite(path, last, open)
  }
  return {
    leftovers,
    intend: (intent, deletes = false) => {
      last += 1
      append({ number: last, intent, deletes: deletes || undefined })
      return last
    },
    record: (number, record) => append({ number, record }),
    nothing: (number) => append({ number, nothing: true }),
    processed: (number) => append({ number, processed: true }),
  }
}

function leftoversOf(open: ReadonlyMap<number, string>): Leftovers {
  const lines = [...open.values()].map((text) => JSON.parse(text) as Line).sort((a, b) => a.number - b.number)
  return {
    records: lines.flatMap((line) => ('record' in line ? [{ number: line.number, record: line.record }] : [])),
    intents: lines.flatMap((line) =>
      'intent' in line ? [{ number: line.number, keys: line.intent, deletes: line.deletes === true }] : [],
    ),
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

const sizeOf = (open: ReadonlyMap<number, string>): number =>
  [...open.values()].reduce((bytes, text) => bytes + text.length, 0)

/** Begins with the last number given, so that none is given twice. */
function rewrite(path: string, last: number, open: ReadonlyMap<number, string>) {
  const lines = [JSON.stringify({ number: last, processed: true } satisfies Line), ...open.values()]
  const text = lines.map((line) => `${line}\n`).join('')
  writeFileSync(`${path}.next`, text)
  renameSync(`${path}.next`, path)
  return { descriptor: openSync(path, 'a'), bytes: text.length }
}
