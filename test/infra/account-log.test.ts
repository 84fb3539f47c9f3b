import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { permissionsOf, resources, synthesized } from './synthesized.ts'

const template = synthesized()
const tables = resources(template, 'AWS::DynamoDB::Table')

describe('tables', () => {
  test('stand under logical ids that no refactoring changes: another id would be another, empty table', () => {
    expect(tables.map(([id]) => id).sort()).toEqual([
      'AccountsTable',
      'DraftsTable',
      'GatesTable',
      'HeldTable',
      'LogTable',
      'MarkersTable',
      'NoticesTable',
      'PaymentEventsTable',
      'RatesTable',
      'RequestsTable',
      'SnapshotsTable',
      'TopUpsTable',
    ])
  })

  test.each(tables)('%s is recoverable, protected, on demand and kept when the stack goes', (id, properties) => {
    expect(properties).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
    })
    template.hasResource('AWS::DynamoDB::Table', {
      Properties: Match.objectLike({ KeySchema: properties['KeySchema'] }),
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    })
    expect(id).toBeTruthy()
  })

  test('but answered requests, drafts, reservations and what a provider said never forget by themselves', () => {
    expect(
      tables.filter(([, properties]) => properties['TimeToLiveSpecification'] !== undefined).map(([id]) => id),
    ).toEqual(['DraftsTable', 'GatesTable', 'RequestsTable', 'PaymentEventsTable', 'NoticesTable'])
  })

  test('of the log have a number for a page, keys alone in their stream, and no index', () => {
    const log = Object.fromEntries(tables)['LogTable']
    expect(log).toMatchObject({
      AttributeDefinitions: [
        { AttributeName: 'account', AttributeType: 'S' },
        { AttributeName: 'seq', AttributeType: 'N' },
      ],
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
    })
    expect(log?.['LocalSecondaryIndexes'] ?? log?.['GlobalSecondaryIndexes']).toBeUndefined()
  })

  test('are encrypted with the customer’s key where that is chosen', () => {
    const customer = synthesized({ tableKey: 'customer' })
    customer.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true })
    for (const [, properties] of resources(customer, 'AWS::DynamoDB::Table')) {
      expect(properties['SSESpecification']).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' })
    }
    expect(() => synthesized({ tableKey: 'mine' })).toThrow('tableKey')
  })
})

describe('the archive', () => {
  const [archive] = resources(template, 'AWS::S3::Bucket')

  test('is private, versioned, encrypted, and kept when the stack goes, under a fixed logical id', () => {
    expect(archive?.[0]).toBe('ArchiveBucket')
    expect(archive?.[1]).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    })
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  test('takes requests over TLS alone', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    })
  })
})

describe('project-log', () => {
  test('reads the log, writes snapshots, archives and publishes: nothing else', () => {
    expect(permissionsOf(template, /ProjectLog/).filter((one) => !/^(logs|xray):/.test(one))).toEqual([
      'dynamodb:DeleteItem on SnapshotsTable',
      'dynamodb:DescribeStream on LogTable.StreamArn',
      'dynamodb:GetItem on AccountsTable',
      'dynamodb:GetItem on AccountsTable/index/*',
      'dynamodb:GetItem on LogTable',
      'dynamodb:GetItem on SnapshotsTable',
      'dynamodb:GetRecords on LogTable.StreamArn',
      'dynamodb:GetShardIterator on LogTable.StreamArn',
      'dynamodb:ListStreams on *',
      'dynamodb:PutItem on SnapshotsTable',
      'dynamodb:Query on AccountsTable',
      'dynamodb:Query on AccountsTable/index/*',
      'dynamodb:Query on LogTable',
      'dynamodb:Query on SnapshotsTable',
      'events:PutEvents on EventBus',
      's3:PutObject on ArchiveBucket/index/*',
      's3:PutObject on ArchiveBucket/log/*',
      's3:PutObject on ArchiveBucket/set-aside/*',
      'sqs:GetQueueAttributes on FailedHints',
      'sqs:GetQueueUrl on FailedHints',
      'sqs:SendMessage on FailedHints',
      'sqs:SendMessage on TopUpQueue',
    ])
  })

  test('is woken by the stream, a shard at a time, and sets aside what never works', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': ['LogTable', 'StreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
      ParallelizationFactor: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FailedHints', 'Arn'] } } },
      FilterCriteria: Match.absent(),
    })
  })

  test('is woken each minute for what the stream lost', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [Match.objectLike({ Input: '{"sweep":true}' })],
    })
  })
})
