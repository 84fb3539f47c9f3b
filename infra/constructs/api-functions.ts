import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { readApprovalSettings } from '../../shared/approvals/approval-settings.ts'
import { readSeller } from '../../shared/billing/seller.ts'
import { asciiJson } from '../../shared/text/ascii-json.ts'
import { grantObjects } from './bucket.ts'
import { acknowledgeIndexes, type LambdaFunctionProps, lambdaFunction } from './lambda-function.ts'
import type { PaymentSettings } from './payment-settings.ts'
import type { Records } from './records.ts'

export interface ApiFunctionProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly log: Table
  readonly markers: Table
  readonly snapshots: Table
  readonly archive: Bucket
  readonly records: Records
  readonly topUpQueue: Queue
  readonly payments: PaymentSettings
}

const READ = ['dynamodb:GetItem', 'dynamodb:Query'] as const
const KEEP = [...READ, 'dynamodb:PutItem'] as const
/** For drafts, held events and users' contacts, which are personal data: items of these can be deleted. */
const KEEP_AND_DELETE = [...KEEP, 'dynamodb:DeleteItem'] as const

/** Access checks and reservations: reads logs, folds and rates, writes gates and its answers, and knows no secret. */
export function accessApi(scope: Construct, id: string, props: ApiFunctionProps): IFunction {
  const { log, snapshots, records } = props
  const made = apiFunction(scope, id, props, {
    name: 'access-api',
    environment: {
      LOG_TABLE: log.tableName,
      SNAPSHOTS_TABLE: snapshots.tableName,
      ACCOUNTS_TABLE: records.accounts.tableName,
      RATES_TABLE: records.rates.tableName,
      GATES_TABLE: records.gates.tableName,
    },
  })
  for (const table of [log, snapshots, records.rates]) table.grant(made, ...READ)
  records.accounts.grant(made, 'dynamodb:Query')
  acknowledgeIndexes(made, 'AccountsTable')
  records.gates.grant(made, 'dynamodb:GetItem', 'dynamodb:PutItem')
  return made
}

/** What an account's people may do: the log has entries of them, none of which grants anything; the provider's secret is theirs alone. */
export function accountApi(scope: Construct, id: string, props: ApiFunctionProps): IFunction {
  const { snapshots, records, topUpQueue, payments } = props
  const made = writingFunction(scope, id, props, {
    name: 'account-api',
    environment: {
      SNAPSHOTS_TABLE: snapshots.tableName,
      TOP_UP_QUEUE_URL: topUpQueue.queueUrl,
      ...payments.environment,
      SELLER: sellerOf(scope),
    },
    files: [
      'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
      'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
      '@fontsource/unifontex/files/unifontex-latin-400-normal.woff',
    ],
  })
  for (const table of [snapshots, records.rates]) table.grant(made, ...READ)
  records.accounts.grant(made, ...KEEP_AND_DELETE)
  records.topUps.grant(made, ...KEEP)
  topUpQueue.grant(made, 'sqs:SendMessage')
  payments.grant(made)
  return made
}

/** What operators may do: it alone opens accounts, moves credits by hand, and writes rates, drafts and held events. */
export function operatorApi(scope: Construct, id: string, props: ApiFunctionProps): IFunction {
  const { records, payments } = props
  const made = writingFunction(scope, id, props, {
    name: 'operator-api',
    environment: {
      DRAFTS_TABLE: records.drafts.tableName,
      HELD_TABLE: records.held.tableName,
      PURCHASES: payments.purchases,
      APPROVALS: approvalsOf(scope),
    },
  })
  for (const table of [records.accounts, records.rates]) table.grant(made, ...KEEP)
  for (const table of [records.drafts, records.held]) table.grant(made, ...KEEP_AND_DELETE)
  // Of invoices.
  records.topUps.grant(made, 'dynamodb:GetItem', 'dynamodb:PutItem')
  return made
}

type Own = Pick<LambdaFunctionProps, 'name' | 'environment' | 'files'>

/** A function that writes entries of logs, and records of top-ups. */
function writingFunction(scope: Construct, id: string, props: ApiFunctionProps, own: Own): IFunction {
  const { log, markers, archive, records } = props
  const made = apiFunction(scope, id, props, {
    ...own,
    environment: {
      LOG_TABLE: log.tableName,
      MARKERS_TABLE: markers.tableName,
      ARCHIVE_BUCKET: archive.bucketName,
      ACCOUNTS_TABLE: records.accounts.tableName,
      RATES_TABLE: records.rates.tableName,
      TOP_UPS_TABLE: records.topUps.tableName,
      ...own.environment,
    },
  })
  log.grant(made, ...KEEP)
  markers.grant(made, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
  grantObjects(archive, made, ['s3:GetObject'], 'index')
  for (const table of ['AccountsTable', 'TopUpsTable']) acknowledgeIndexes(made, table)
  return made
}

/** What all functions of the API have: their answers, by Idempotency-Key. */
function apiFunction(scope: Construct, id: string, { key, stage, records }: ApiFunctionProps, own: Own): IFunction {
  const made = lambdaFunction(scope, id, {
    ...own,
    key,
    stage,
    // A card of ten thousand rates with markups takes some seconds to check, and twice its size in memory.
    memoryMegabytes: 1024,
    timeoutSeconds: 29,
    environment: { ...own.environment, REQUESTS_TABLE: records.requests.tableName },
  })
  records.requests.grant(made, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
  return made
}

/** Who sells the credits of this stage, for receipts. @throws Error that says what is wrong in it */
function sellerOf(scope: Construct): string {
  const seller: unknown = scope.node.tryGetContext('seller')
  return seller === undefined ? 'none' : asciiJson(readSeller(seller))
}

/** The decisions of operators that need a second one's approval; default none. @throws Error that says what is wrong in it */
function approvalsOf(scope: Construct): string {
  const given: unknown = scope.node.tryGetContext('approvals')
  if (given === undefined) return 'none'
  // On the command line it is a text, in cdk.json an object.
  const approvals: unknown = typeof given === 'string' ? JSON.parse(given) : given
  readApprovalSettings(approvals)
  return JSON.stringify(approvals)
}
