import { join, resolve } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../../shared/aws/document-client.ts'
import { Table } from '../../../shared/aws/table.ts'
import type { AccountsTable } from '../../../shared/ledger/io/accounts-table.ts'
import type { Archive } from '../../../shared/ledger/io/archive/page-archive.ts'
import type { CheckpointBucket } from '../../../shared/ledger/io/checkpoints.ts'
import type { LogTable } from '../../../shared/ledger/io/log-table.ts'
import type { MarkersTable } from '../../../shared/ledger/io/markers-table.ts'
import type { RatesTable } from '../../../shared/pricing/io/rates-table.ts'
import type { SnapshotsTable } from '../../../shared/spend/io/snapshots-table.ts'
import type { Access } from '../../local/engines/access.ts'
import { startObjectEngine } from '../../local/engines/object-engine.ts'
import { OPERATOR } from '../../local/engines/operator.ts'
import { startTableEngine } from '../../local/engines/table-engine.ts'
import { lockFolder } from '../../local/folder-lock.ts'
import { connectStack } from '../../local/stack.ts'
import { localStack } from '../../local/template/local-stack.ts'
import { readAssembly } from '../../local/template/template.ts'
import { requireData } from './data-folder.ts'

/** The tables and buckets of a data folder. */
export interface StoredTables {
  readonly log: LogTable
  readonly markers: MarkersTable
  readonly snapshots: SnapshotsTable
  readonly accounts: AccountsTable
  readonly rates: RatesTable
  readonly archive: Archive
  readonly checkpoints: CheckpointBucket
}

export interface OpenTables extends StoredTables {
  /** Whether a stack runs on them. */
  readonly isRunning: boolean
  readonly close: () => Promise<void>
}

export type Purpose = 'reading' | 'writing'

interface Reached {
  readonly dynamodb: string
  readonly s3: string
  readonly outputs: Readonly<Record<string, string>>
  readonly isRunning: boolean
  readonly leave: () => Promise<void>
}

/**
 * Opens the tables of the stack that runs on a folder, or, where none does, the folder's own: the DynamoDB engine
 * and the S3 engine are started then, no function, no queue, no stream.
 *
 * @param purpose `reading`: the engine answers reading requests alone, so that looking changes nothing
 * @throws Failure where there is no data; FolderInUse while a runner starts or stops
 */
export async function openTables(directory: string, purpose: Purpose = 'reading'): Promise<OpenTables> {
  const { dynamodb, s3, outputs, isRunning, leave } =
    (await reachRunning(directory)) ?? (await reachResting(resolve(directory), purpose))
  const client = new DynamoDBClient({ ...OPERATOR, endpoint: dynamodb })
  const objects = new S3Client({ ...OPERATOR, endpoint: s3 })
  // Numbers as the digits that were sent: floats would lose some of them.
  const documents = DynamoDBDocumentClient.from(client, {
    unmarshallOptions: { wrapNumbers: (digits: string) => digits },
  })
  const close = async (): Promise<void> => {
    client.destroy()
    objects.destroy()
    await leave()
  }
  try {
    return { ...tablesOf(documents, outputs), ...bucketsOf(objects, outputs), isRunning, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function reachRunning(directory: string): Promise<Reached | undefined> {
  const stack = await connectStack(directory)
  if (stack === undefined) return undefined
  const { endpoints, outputs } = stack
  return { dynamodb: endpoints.dynamodb, s3: endpoints.s3, outputs, isRunning: true, leave: async () => undefined }
}

async function reachResting(directory: string, purpose: Purpose): Promise<Reached> {
  requireData(directory)
  const unlock = lockBoth(directory)
  try {
    // The names that the folder's last runner used: those of the template that it ran.
    const { outputs } = localStack(readAssembly(join(directory, 'cdk.out')), {
      queueUrl: () => '',
      apiUrl: '',
      parameters: RUNNERS_ISSUER,
    })
    const isAllowed: Access = purpose === 'writing' ? () => true : isReading
    const engine = await startTableEngine({ directory, tables: [], isAllowed, onChange: () => undefined })
    const objects = await startObjectEngine(directory, bucketNames(outputs), isAllowed)
    const leave = async (): Promise<void> => {
      await Promise.all([engine.stop(), objects.stop()])
      unlock()
    }
    return { dynamodb: engine.address, s3: objects.address, outputs, isRunning: false, leave }
  } catch (error) {
    unlock()
    throw error
  }
}

const READING = /^(?:dynamodb:(?:GetItem|BatchGetItem|Query|Scan)|s3:(?:GetObject|ListBucket))$/

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

/** A template whose issuer is empty has a user pool, which no folder has. */
const RUNNERS_ISSUER = { JwtIssuer: 'http://127.0.0.1', JwtAudience: '' }

function tablesOf(documents: Documents, outputs: Reached['outputs']): Omit<StoredTables, keyof typeof BUCKETS> {
  const table = (output: string) => {
    const name = outputs[output]
    if (name === undefined) throw new Error(`the stack has no output ${output}`)
    return new Table(documents, name)
  }
  return {
    log: table('LogTableName'),
    markers: table('MarkersTableName'),
    snapshots: table('SnapshotsTableName'),
    accounts: table('AccountsTableName'),
    rates: table('RatesTableName'),
  }
}

const BUCKETS = { archive: 'ArchiveBucketName', checkpoints: 'CheckpointBucketName' }

const bucketNames = (outputs: Reached['outputs']): readonly string[] =>
  Object.values(BUCKETS).flatMap((output) => outputs[output] ?? [])

function bucketsOf(client: S3Client, outputs: Reached['outputs']): Pick<StoredTables, 'archive' | 'checkpoints'> {
  const bucket = (output: string) => {
    const name = outputs[output]
    if (name === undefined) throw new Error(`the stack has no output ${output}`)
    return { client, bucket: name }
  }
  return { archive: bucket(BUCKETS.archive), checkpoints: bucket(BUCKETS.checkpoints) }
}
