import { describe, expect, test } from 'vitest'
import { resources, synthesized } from './synthesized.ts'

describe('the stack', () => {
  test('tells someone of everything that needs a look', () => {
    const alarms = resources(synthesized(), 'AWS::CloudWatch::Alarm')
    expect(alarms.map(([id]) => id.replace(/^Monitoring/, '').replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'AccessApiErrors',
      'AccessApiThrottles',
      'AccountApiErrors',
      'AccountApiThrottles',
      'BrokenChainspriceusage',
      'BrokenChainsprojectlog',
      'DeadLettersNotEmpty',
      'EventsParked',
      'EventsQuarantined',
      'FailedHintsNotEmpty',
      'FollowRatesErrors',
      'FollowRatesThrottles',
      'NoCheckpoint',
      'NoticeDeadLettersNotEmpty',
      'NoticesSetAsidefollowrates',
      'NoticesSetAsideprojectlog',
      'NoticesUncertain',
      'OperatorApiErrors',
      'OperatorApiThrottles',
      'PaymentMismatches',
      'PaymentWebhookErrors',
      'PaymentWebhookThrottles',
      'PriceUsageErrors',
      'PriceUsageThrottles',
      'ProjectLogBehind',
      'ProjectLogErrors',
      'ProjectLogThrottles',
      'ReconcileCut',
      'SendNoticesErrors',
      'SendNoticesThrottles',
      'TopUpDeadLettersNotEmpty',
      'TopUpErrors',
      'TopUpMessagesRefused',
      'TopUpQueueOld',
      'TopUpThrottles',
      'UnfinishedTopUpOld',
      'UsageQueueOld',
      'WebhooksRefused',
      'WriteCheckpointsErrors',
      'WriteCheckpointsThrottles',
    ])
    expect(alarms.every(([, { AlarmDescription }]) => AlarmDescription)).toBe(true)
  })

  test('puts no secret into a function’s environment', () => {
    for (const [, { Environment }] of resources(synthesized(), 'AWS::Lambda::Function')) {
      const names = Object.keys((Environment as { readonly Variables: object }).Variables)
      expect(names.filter((name) => /SECRET|PASSWORD|TOKEN|KEY/.test(name) && !name.endsWith('_ARN'))).toEqual([])
    }
  })
})
