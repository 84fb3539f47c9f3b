import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { permissionsOf, resources, synthesized } from './synthesized.ts'

const template = synthesized()
const own = (name: RegExp) => permissionsOf(template, name).filter((one) => !/^(logs|xray):/.test(one))

describe('top-up', () => {
  test('writes entries, payers and the course of top-ups, and deletes nothing', () => {
    const written = own(/TopUpsTopUp/).filter((one) => /^dynamodb:(?!GetItem|Query)/.test(one))
    expect(written).toEqual([
      'dynamodb:PutItem on AccountsTable',
      'dynamodb:PutItem on AccountsTable/index/*',
      'dynamodb:PutItem on LogTable',
      'dynamodb:PutItem on MarkersTable',
      'dynamodb:PutItem on TopUpsTable',
      'dynamodb:PutItem on TopUpsTable/index/*',
      'dynamodb:UpdateItem on MarkersTable',
    ])
  })

  test('gives back message by message, and what fails twenty times lies in a queue of its own for two weeks', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 10,
      FunctionName: { Ref: Match.stringLikeRegexp('TopUpsTopUp') },
    })
    const [, queue] = resources(template, 'AWS::SQS::Queue').find(
      ([id]) => id.includes('TopUpQueue') && !id.includes('Dead'),
    )!
    expect(queue['RedrivePolicy']).toMatchObject({ maxReceiveCount: 20 })
  })

  test('reconciles every 15 minutes', () => {
    const rules = resources(template, 'AWS::Events::Rule').filter(([id]) => /TopUps/.test(id))
    expect(rules.map(([, { ScheduleExpression }]) => ScheduleExpression)).toEqual(['rate(15 minutes)'])
  })
})

describe('payment-webhook', () => {
  test('may remember an event, put a message into one queue, and read one secret, not the one that pays', () => {
    expect(own(/PaymentWebhook/)).toEqual([
      'dynamodb:GetItem on PaymentEventsTable',
      'dynamodb:PutItem on PaymentEventsTable',
      expect.stringMatching(/^secretsmanager:DescribeSecret on .*PaymentWebhookSecret/),
      expect.stringMatching(/^secretsmanager:GetSecretValue on .*PaymentWebhookSecret/),
      'sqs:SendMessage on TopUpQueue',
    ])
  })
})
