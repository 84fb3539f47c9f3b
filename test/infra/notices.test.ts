import { describe, expect, test } from 'vitest'
import { toldTypes } from '../../shared/notices/told-event.ts'
import { permissionsOf, resources, synthesized } from './synthesized.ts'

const template = synthesized()

describe('notices', () => {
  test('are of every event that people hear of, and wait in a queue: none is lost while a receiver is away', () => {
    const rules = resources(template, 'AWS::Events::Rule').filter(([, { EventPattern }]) => EventPattern !== undefined)
    expect(rules.map(([, { EventPattern }]) => EventPattern)).toEqual([
      { source: ['groschen'], 'detail-type': [...toldTypes] },
    ])
    const [, { Targets }] = rules[0]! as unknown as [string, { Targets: readonly object[] }]
    expect(Targets).toMatchObject([
      {
        Arn: { 'Fn::GetAtt': ['NoticeQueue', 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['NoticeDeadLetters', 'Arn'] } },
      },
    ])
  })

  test('are hidden six times as long as the function may work on them', () => {
    const [, queue] = resources(template, 'AWS::SQS::Queue').find(([id]) => id === 'NoticeQueue')!
    const [, lambda] = resources(template, 'AWS::Lambda::Function').find(([id]) => /SendNotices/.test(id))!
    expect(queue['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * Number(lambda['Timeout']))
  })

  test('are sent by a function that reads accounts, remembers what it sent, and touches no log', () => {
    expect(permissionsOf(template, /SendNotices/).filter((one) => /^(dynamodb|ses):/.test(one))).toEqual([
      'dynamodb:DeleteItem on NoticesTable',
      'dynamodb:GetItem on AccountsTable',
      'dynamodb:GetItem on AccountsTable/index/*',
      'dynamodb:GetItem on NoticesTable',
      'dynamodb:PutItem on NoticesTable',
      'dynamodb:Query on AccountsTable',
      'dynamodb:Query on AccountsTable/index/*',
      'ses:SendEmail on arn:{"Ref":"AWS::Partition"}:ses:{"Ref":"AWS::Region"}:{"Ref":"AWS::AccountId"}:configuration-set/*',
      'ses:SendEmail on arn:{"Ref":"AWS::Partition"}:ses:{"Ref":"AWS::Region"}:{"Ref":"AWS::AccountId"}:identity/*',
    ])
  })
})
