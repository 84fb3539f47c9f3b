import { join, resolve } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
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
import { startTableEngine } from '../../local/engines/table-engine.ts'
import { lockFolder } from '../../local/folder-lock.ts'
import { connectStack } from '../../local/stack.ts'
import { localStack } from '../../local/template/local-stack.ts'
import { readAssembly } from '../../local/template/template.ts'
import { requireData } from './data-folder.ts'
import { deployedServices, localServices, type Place, type Services } from './place.ts'

/** The tables and buckets of a stack. */
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
  /** Whether functions may write to them meanwhile. */
  readonly isRunning: boolean
  readonly close: () => Promise<void>
}

type Purpose = 'reading' | 'writing'

/**
 * Opens the tables of a deployed stage, of the stack that runs on a folder, or, where none does, the folder's own: then the
 * DynamoDB engine and the S3 engine are started, no function, no queue, no stream.
 *
 * @param purpose `reading`: the engine answers reading requests alone, so that looking changes nothing
 * @throws Failure where there is no data; FolderInUse while a runner starts or stops
 */
export async function openTables(place: Place, purpose: Purpose = 'reading'): Promise<OpenTables> {
  const { output, settings, isRunning, leave } = await reach(place, purpose)
  const client = new DynamoDBClient(settings('dynamodb'))
  const objects = new S3Client(settings('s3'))
  // Numbers as the digits that were sent: floats would lose some of them.
  const documents = DynamoDBDocumentClient.from(client, {
    unmarshallOptions: { wrapNumbers: (digits: string) => digits },
  })
  const close = async (): Promise<void> => {
    client.destroy()
    objects.destroy()
    await leave?.()
  }
  try {
    const table = (name: string) => new Table(documents, output(name))
    const bucket = (name: string) => ({ client: objects, bucket: output(name) })
    return {
      log: table('LogTableName'),
      markers: table('MarkersTableName'),
      snapshots: table('SnapshotsTableName'),
      accounts: table('AccountsTableName'),
      rates: table('RatesTableName'),
      archive: bucket(BUCKETS[0]),
      checkpoints: bucket(BUCKETS[1]),
      isRunning,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Works with the tables of a place, and closes them. */
export async function withTables<T>(
  place: Place,
  purpose: Purpose,
  work: (tables: OpenTables) => Promise<T>,
): Promise<T> {
  const tables = await openTables(place, purpose)
  try {
    return await work(tables)
  } finally {
    await tables.close()
  }
}

interface Reached extends Services {
  readonly isRunning: boolean
  readonly leave?: () => Promise<void>
}

async function reach({ data, stage }: Place, purpose: Purpose): Promise<Reached> {
  if (stage !== undefined) return { ...(await deployedServices(stage)), isRunning: true }
  const stack = await connectStack(data)
  return stack === undefined ? await reachResting(resolve(data), purpose) : { ...localServices(stack), isRunning: true }
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
    const names = BUCKETS.flatMap((output) => outputs[output] ?? [])
    const objects = await startObjectEngine(directory, names, isAllowed)
    const none = ''
    const endpoints = {
      dynamodb: engine.address,
      s3: objects.address,
      sqs: none,
      events: none,
      secrets: none,
      payments: none,
    }
    const leave = async (): Promise<void> => {
      await Promise.all([engine.stop(), objects.stop()])
      unlock()
    }
    return { ...localServices({ outputs, endpoints }), isRunning: false, leave }
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

const BUCKETS = ['ArchiveBucketName', 'CheckpointBucketName'] as const
