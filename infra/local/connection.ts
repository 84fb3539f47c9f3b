import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a running stack is; also in `stack.json` of its folder, so that other commands find it. */
export interface Connection {
  readonly apiUrl: string
  readonly endpoints: Readonly<Record<'dynamodb' | 'sqs' | 'events' | 's3' | 'secrets' | 'payments', string>>
  readonly region: string
  /** The template's outputs. */
  readonly outputs: Readonly<Record<string, string>>
  readonly pid: number
}

const pathIn = (directory: string): string => join(directory, 'stack.json')

export function writeConnection(directory: string, connection: Connection): void {
  const path = pathIn(directory)
  writeFileSync(`${path}.new`, JSON.stringify(connection, null, 2), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

export const removeConnection = (directory: string): void => rmSync(pathIn(directory), { force: true })

/** The connection of this runner; `undefined` while it starts, and for what a killed one left. */
export function readConnection(directory: string, pid: number): Connection | undefined {
  try {
    const connection = JSON.parse(readFileSync(pathIn(directory), 'utf8')) as Connection
    return connection.pid === pid ? connection : undefined
  } catch {
    return undefined
  }
}
