import { expect, test } from 'vitest'
import { permissionsOf, resources, synthesized } from './synthesized.ts'

const template = synthesized()

test('follow-rates charges and takes from shelves; it changes no log and no card', () => {
  expect(permissionsOf(template, /FollowRates/).filter((one) => !/^(logs|xray):/.test(one))).toEqual([
    'dynamodb:DeleteItem on HeldTable',
    'dynamodb:GetItem on HeldTable',
    'dynamodb:GetItem on LogTable',
    'dynamodb:GetItem on MarkersTable',
    'dynamodb:PutItem on HeldTable',
    'dynamodb:PutItem on LogTable',
    'dynamodb:PutItem on MarkersTable',
    'dynamodb:Query on HeldTable',
    'dynamodb:Query on LogTable',
    'dynamodb:Query on RatesTable',
    'dynamodb:UpdateItem on MarkersTable',
    'events:PutEvents on EventBus',
    's3:GetObject on ArchiveBucket/index/*',
    's3:ListBucket on ArchiveBucket',
  ])
})

test('runs each minute: what is parked is told, and charged, within a minute or two', () => {
  const rules = resources(template, 'AWS::Events::Rule').filter(([id]) => /FollowRates/.test(id))
  expect(rules.map(([, { ScheduleExpression }]) => ScheduleExpression)).toEqual(['rate(1 minute)'])
})
