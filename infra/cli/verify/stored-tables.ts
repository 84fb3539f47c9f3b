import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { AccountsTable } from '../../../shared/store/accounts-table.ts'
import type { Documents } from '../../../shared/store/document-client.ts'
import type { LogTable } from '../../../shared/store/log-table.ts'
import type { MarkersTable } from '../../../shared/store/markers-table.ts'
import type { RatesTable } from '../../../shared/store/rates-table.ts'
import type { SnapshotsTable } from '../../../shared/store/snapshots-table.ts'
import type { Access } from '../../local/engines/access.ts'
import { OPERATOR } from '../../local/engines/operator.ts'
import { startTableEngine } from '../../local/engines/table-engine.ts'
import { lockFolder } from '../../local/folder-lock.ts'
import { connectStack } from '../../local/stack.ts'
import { localStack } from '../../local/template/local-stack.ts'
import { readAssembly } from '../../local/template/template.ts'
import { misused } from '../failure.ts'

/** The tables of a data folder, to be read. */
export interface StoredTables {
  readonly log: LogTable
  readonly markers: MarkersTable
  readonly snapshots: SnapshotsTable
  readonly accounts: AccountsTable
  readonly rates: RatesTable
}

export interface OpenTables extends StoredTables {
  readonly close: () => Promise<void>
}

export type Purpose = 'reading' | 'writing'

interface Reached {
  readonly endpoint: string
  readonly outputs: Readonly<Record<string, string>>
  readonly leave: () => Promise<void>
}

/**
 * Opens the tables of the stack that runs on a folder, or, where none does, the folder's own: the DynamoDB engine alone
 * is started then, no function, no queue, no stream.
 *
 * @param purpose `reading`: the engine answers reading requests alone, so that looking changes nothing
 * @throws Failure where there is no data; FolderInUse while a runner starts or stops
 */
export async function openTables(directory: string, purpose: Purpose = 'reading'): Promise<OpenTables> {
  const { endpoint, outputs, leave } =
    (await reachRunning(directory)) ?? (await reachResting(resolve(directory), purpose))
  const client = new DynamoDBClient({ ...OPERATOR, endpoint })
  // Numbers as the digits that were sent: floats would lose some of them.
  const documents = DynamoDBDocumentClient.from(client, {
    unmarshallOptions: { wrapNumbers: (digits: string) => digits },
  })
  const close = async (): Promise<void> => {
    client.destroy()
    await leave()
  }
  try {
    return { ...tablesOf(documents, outputs), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function reachRunning(directory: string): Promise<Reached | undefined> {
  const stack = await connectStack(directory)
  return stack && { endpoint: stack.endpoints.dynamodb, outputs: stack.outputs, leave: async () => undefined }
}

async function reachResting(directory: string, purpose: Purpose): Promise<Reached> {
  const assembly = join(directory, 'cdk.out')
  if (!existsSync(join(directory, 'dynamodb')) || !existsSync(join(assembly, 'manifest.json'))) {
    throw misused(`${directory} holds no data of a stack; npm start -- --data ${directory} makes some`)
  }
  const unlock = lockBoth(directory)
  try {
    // The names that the folder's last runner used: those of the template that it ran.
    const { outputs } = localStack(readAssembly(assembly), { queueUrl: () => '', apiUrl: '', parameters: NO_ISSUER })
    const isAllowed: Access = purpose === 'writing' ? () => true : isReading
    const engine = await startTableEngine({ directory, tables: [], isAllowed, onChange: () => undefined })
    const leave = async (): Promise<void> => {
      await engine.stop()
      unlock()
    }
    return { endpoint: engine.address, outputs, leave }
  } catch (error) {
    unlock()
    throw error
  }
}

const READING = /^dynamodb:(?:GetItem|BatchGetItem|Query|Scan)$/

const isReading: Access = (_, action) => READING.test(action)

/** The runner's lock and that of its engines, which may outlive it by a moment. */
function lockBoth(directory: string): () => void {
  const unlock = lockFolder(directory)
  try {
    const unlockEngines = lockFolder(directory, 'engines.lock')
    return () => {
      unlockEngines()
      unlock()
    }
  } catch (error) {
    unlock()
    throw error
  }
}

const NO_ISSUER = { JwtIssuer: '', JwtAudience: '' }

function tablesOf(documents: Documents, outputs: Reached['outputs']): StoredTables {
  const table = (output: string) => {
    const name = outputs[output]
    if (name === undefined) throw new Error(`the stack has no output ${output}`)
    return { documents, name }
  }
  return {
    log: table('LogTableName'),
    markers: table('MarkersTableName'),
    snapshots: table('SnapshotsTableName'),
    accounts: table('AccountsTableName'),
    rates: table('RatesTableName'),
  }
}
