import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { permissionsOf, resources, synthesized } from './synthesized.ts'

const template = synthesized()
const DAY_SECONDS = 86_400

describe('the usage queue', () => {
  test('gives a message twenty receives, then two weeks in the dead letters', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 4 * DAY_SECONDS,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] }, maxReceiveCount: 20 },
    })
    expect(Object.fromEntries(resources(template, 'AWS::SQS::Queue'))['DeadLetters']).toMatchObject({
      MessageRetentionPeriod: 14 * DAY_SECONDS,
    })
  })

  test('hides a message six times as long as the function may work on it', () => {
    const [, queue] = resources(template, 'AWS::SQS::Queue').find(([id]) => id === 'UsageQueue')!
    const [, lambda] = resources(template, 'AWS::Lambda::Function').find(([id]) => /PriceUsage/.test(id))!
    expect(queue['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * Number(lambda['Timeout']))
  })

  test('and every other queue is encrypted and takes requests over TLS alone', () => {
    for (const [id, properties] of resources(template, 'AWS::SQS::Queue')) {
      expect(properties['SqsManagedSseEnabled']).toBe(true)
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: Match.objectLike({
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        }),
      })
    }
  })

  test('feeds price-usage in few large batches, whose failures come back one by one, none filtered away', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': ['UsageQueue', 'Arn'] },
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 5 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: Match.absent(),
    })
  })
})

describe('price-usage', () => {
  test('puts pages, markers and held events, and can change or delete none', () => {
    expect(permissionsOf(template, /PriceUsage/).filter((one) => !/^(logs|xray):/.test(one))).toEqual([
      'dynamodb:GetItem on HeldTable',
      'dynamodb:GetItem on LogTable',
      'dynamodb:GetItem on MarkersTable',
      'dynamodb:GetItem on RatesTable',
      'dynamodb:PutItem on HeldTable',
      'dynamodb:PutItem on LogTable',
      'dynamodb:PutItem on MarkersTable',
      'dynamodb:Query on LogTable',
      'dynamodb:Query on RatesTable',
      'dynamodb:UpdateItem on MarkersTable',
      's3:GetObject on ArchiveBucket/index/*',
      's3:ListBucket on ArchiveBucket',
      'sqs:ChangeMessageVisibility on UsageQueue',
      'sqs:DeleteMessage on UsageQueue',
      'sqs:GetQueueAttributes on UsageQueue',
      'sqs:GetQueueUrl on UsageQueue',
      'sqs:ReceiveMessage on UsageQueue',
    ])
  })
})

describe('every function', () => {
  test.each(resources(template, 'AWS::Lambda::Function'))(
    '%s runs on Node 24, arm64, traced, with its memory, time and logs bounded',
    (_, properties) => {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      })
      expect(properties['Timeout'] && properties['MemorySize']).toBeTruthy()
      expect(properties['LoggingConfig']).toHaveProperty('LogGroup')
    },
  )

  test('keeps its logs for a month', () => {
    for (const [, properties] of resources(template, 'AWS::Logs::LogGroup'))
      expect(properties['RetentionInDays']).toBe(30)
  })

  test('may name no wildcard but X-Ray, listing streams, a table’s indexes and folders of its own buckets', () => {
    const all = [
      'PriceUsage',
      'ProjectLog',
      'AccessApi',
      'AccountApi',
      'OperatorApi',
      'WriteCheckpoints',
      'TopUp',
      'PaymentWebhook',
    ].flatMap((name) => permissionsOf(template, new RegExp(name)))
    expect(
      all
        .filter((one) => one.includes('*'))
        .filter(
          (one) =>
            !/^xray:|^dynamodb:ListStreams|(Accounts|TopUps)Table\/index\/\*$|^s3:(Put|Get)Object on (Archive|Checkpoint)Bucket\/(log|index|set-aside|checkpoints)\/\*$/.test(
              one,
            ),
        ),
    ).toEqual([])
    expect(all.filter((one) => /(Update|Delete|BatchWrite|Scan).* on LogTable$/.test(one))).toEqual([])
  })
})
