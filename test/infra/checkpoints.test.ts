import { describe, expect, test } from 'vitest'
import { permissionsOf, resources, synthesized } from './synthesized.ts'

const template = synthesized()

const lockOf = (stage: string) =>
  Object.fromEntries(resources(synthesized({}, stage), 'AWS::S3::Bucket'))['CheckpointBucket']

describe('the checkpoints’ bucket', () => {
  test('lets nobody change or delete an object for 400 days', () => {
    const rule = (mode: string) => ({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 400, Mode: mode } } },
      VersioningConfiguration: { Status: 'Enabled' },
    })
    expect(lockOf('prod')).toMatchObject(rule('COMPLIANCE'))
    expect(lockOf('test')).toMatchObject(rule('GOVERNANCE'))
  })
})

describe('a checkpoint', () => {
  test('is put where none is, and never over another one or deleted, by anybody', () => {
    const policies = resources(template, 'AWS::S3::BucketPolicy').map(([, policy]) => JSON.stringify(policy))
    const policy = policies.find((one) => one.includes('CheckpointBucket'))
    expect(policy).toContain('"Condition":{"Null":{"s3:if-none-match":"true"}},"Effect":"Deny"')
    expect(policy).toContain('"Action":["s3:DeleteObject","s3:DeleteObjectVersion"],"Effect":"Deny"')
  })
})

describe('write-checkpoints', () => {
  test('reads heads and puts checkpoints: nothing else', () => {
    expect(permissionsOf(template, /WriteCheckpoints/).filter((one) => !/^(logs|xray):/.test(one))).toEqual([
      'dynamodb:Query on AccountsTable',
      'dynamodb:Query on AccountsTable/index/*',
      'dynamodb:Query on LogTable',
      's3:GetObject on CheckpointBucket/checkpoints/*',
      's3:ListBucket on CheckpointBucket',
      's3:PutObject on CheckpointBucket/checkpoints/*',
    ])
  })

  test('is woken often enough to go on with what it did not get done', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(10 minutes)' })
  })
})
