/**
 * What real AWS refuses or does otherwise, held against the synthesized template: each stage's longest name, each way to encrypt. What the
 * code can show is in `aws-limits-of-code.test.ts`; paths are in `test/local/routes.test.ts` and `test/api/unit/routes.test.ts`.
 *
 * Not shown without AWS: that an issuer answers (row 2), that quotas of an account are large enough (concurrency, DynamoDB's 4,000 WCU at
 * first, 120,000 messages in flight), cold starts, sizes of zipped bundles, one index change a release, and keys that API Gateway caches.
 */
import { describe, expect, test } from 'vitest'
import { RETURN_URL_CHARACTERS } from '../../infra/constructs/payment-settings.ts'
import { SELLER_BYTES } from '../../shared/billing/seller.ts'
import { DEFAULT_PURCHASES, PURCHASES_BYTES } from '../../shared/top-ups/purchase-settings.ts'
import { synthesized } from './synthesized.ts'
import { LONGEST_STAGE, ofType, rendered, texts, variants, type Written } from './variants.ts'

const bytes = (value: unknown): number =>
  Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value), 'utf8')

const idOf = (reference: unknown): string => {
  const { 'Fn::GetAtt': attribute, Ref: ref } = reference as { 'Fn::GetAtt'?: readonly string[]; Ref?: string }
  return attribute?.[0] ?? ref ?? ''
}

interface Target {
  readonly Arn: unknown
  readonly RetryPolicy?: { readonly MaximumRetryAttempts: number }
}

/** Function and interval of each schedule. */
const schedules = (template: Written): readonly { readonly lambda: string; readonly seconds: number }[] =>
  ofType(template, 'AWS::Events::Rule').flatMap(([, { Properties }]) => {
    const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(Properties['ScheduleExpression'])) ?? []
    const seconds = Number(count) * ({ minute: 60, hour: 3600, day: 86_400 }[unit ?? ''] ?? Number.NaN)
    return count === undefined
      ? []
      : (Properties['Targets'] as readonly Target[]).map(({ Arn }) => ({ lambda: idOf(Arn), seconds }))
  })

describe.each(variants)('with tableKey $tableKey', ({ template }) => {
  const resources = Object.entries(template.Resources)
  const functions = ofType(template, 'AWS::Lambda::Function')
  const variablesOf = (properties: Readonly<Record<string, unknown>>) =>
    (properties['Environment'] as { readonly Variables: Readonly<Record<string, string>> }).Variables

  describe('Lambda', () => {
    test('a function’s resource policy has at most 20,480 bytes', () => {
      const policies = new Map<string, object[]>()
      for (const [id, { Properties }] of ofType(template, 'AWS::Lambda::Permission')) {
        const { FunctionName, Action, Principal, SourceArn } = rendered(template, Properties) as Record<string, string>
        const statement = {
          Sid: `groschen-${LONGEST_STAGE}-${id}-ABCDEFGHIJKL`,
          Effect: 'Allow',
          Principal: { Service: Principal },
          Action,
          Resource: FunctionName,
          Condition: { ArnLike: { 'AWS:SourceArn': SourceArn } },
        }
        policies.set(String(FunctionName), [...(policies.get(String(FunctionName)) ?? []), statement])
      }
      const largest = Math.max(
        ...[...policies.values()].map((Statement) => bytes({ Version: '2012-10-17', Statement })),
      )
      expect(policies.size).toBeGreaterThan(0)
      expect(largest).toBeLessThanOrEqual(20_480)
    })

    test('an environment has at most 4,096 bytes, seller and purchases at the most that is taken', () => {
      for (const [id, { Properties }] of functions) {
        const variables = rendered(template, variablesOf(Properties)) as Record<string, string>
        const context = ['SELLER', 'PURCHASES', 'RETURN_URL'].filter((name) => name in variables)
        const own = Object.entries(variables).filter(([name]) => !context.includes(name))
        const most: Record<string, number> = {
          SELLER: SELLER_BYTES,
          PURCHASES: PURCHASES_BYTES,
          RETURN_URL: RETURN_URL_CHARACTERS,
        }
        const size =
          own.reduce((sum, [name, value]) => sum + bytes(name) + bytes(value), 0) +
          context.reduce((sum, name) => sum + bytes(name) + (most[name] ?? 0), 0)
        expect({ id, size, fits: size <= 4096 }).toEqual({ id, size, fits: true })
      }
    })

    test('what a schedule starts is started once: failed, it waits for the next time', () => {
      const configured = new Map(
        ofType(template, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => [
          idOf(Properties['FunctionName']),
          Properties,
        ]),
      )
      expect(schedules(template).length).toBeGreaterThanOrEqual(4)
      for (const { lambda, seconds } of schedules(template)) {
        const config = configured.get(lambda)
        expect([lambda, config?.['MaximumRetryAttempts']]).toEqual([lambda, 0])
        expect(config?.['MaximumEventAgeInSeconds']).toBeGreaterThanOrEqual(60)
        expect(config?.['MaximumEventAgeInSeconds']).toBeLessThanOrEqual(seconds)
        expect(config?.['Qualifier']).toBe('$LATEST')
      }
    })

    test('no concurrency is reserved: a new account, whose quota is small, would refuse it', () => {
      for (const [, { Properties }] of functions) expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions')
    })

    test('every function runs on Node 24', () => {
      expect(new Set(functions.map(([, { Properties }]) => Properties['Runtime']))).toEqual(new Set(['nodejs24.x']))
    })

    test('a mapping is made after its role may do what it needs: the function waits for the role’s policies', () => {
      const policies = ofType(template, 'AWS::IAM::Policy')
      for (const [, { Properties, DependsOn }] of functions) {
        const role = idOf(Properties['Role'])
        const own = policies.filter(([, policy]) => JSON.stringify(policy.Properties['Roles']).includes(`"${role}"`))
        expect([DependsOn].flat()).toEqual(expect.arrayContaining(own.map(([id]) => id)))
      }
    })
  })

  describe('queues and mappings', () => {
    const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties)
    const timeoutOf = (mapping: Readonly<Record<string, unknown>>): number =>
      Number(template.Resources[idOf(mapping['FunctionName'])]?.Properties['Timeout'])

    test('a mapping of a queue has a window above ten messages, 2 to 1,000 at once, and time to finish', () => {
      for (const mapping of mappings) {
        const queue = template.Resources[idOf(mapping['EventSourceArn'])]
        if (queue?.Type !== 'AWS::SQS::Queue') continue
        const batch = Number(mapping['BatchSize'])
        expect(batch).toBeLessThanOrEqual(10_000)
        if (batch > 10) expect(mapping['MaximumBatchingWindowInSeconds']).toBeGreaterThan(0)
        const { MaximumConcurrency } = mapping['ScalingConfig'] as { readonly MaximumConcurrency: number }
        expect(MaximumConcurrency).toBeGreaterThanOrEqual(2)
        expect(MaximumConcurrency).toBeLessThanOrEqual(1000)
        expect(queue.Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * timeoutOf(mapping))
      }
    })

    test('a stream has at most two readers, who get keys alone: pages are read from the log', () => {
      const readers = mappings.filter((mapping) => idOf(mapping['EventSourceArn']) === 'LogTable')
      expect(readers.length).toBeLessThanOrEqual(2)
      expect(template.Resources['LogTable']?.Properties['StreamSpecification']).toEqual({ StreamViewType: 'KEYS_ONLY' })
    })

    test('messages are kept for at most 14 days, hidden for at most 12 hours, received at most 1,000 times', () => {
      for (const [, { Properties }] of ofType(template, 'AWS::SQS::Queue')) {
        expect(Properties['MessageRetentionPeriod']).toBeLessThanOrEqual(14 * 86_400)
        expect(Properties['VisibilityTimeout'] ?? 30).toBeLessThanOrEqual(12 * 3600)
        const redrive = Properties['RedrivePolicy'] as { readonly maxReceiveCount: number } | undefined
        expect(redrive?.maxReceiveCount ?? 1).toBeLessThanOrEqual(1000)
      }
    })
  })

  describe('the HTTP API', () => {
    const routes = ofType(template, 'AWS::ApiGatewayV2::Route')
    const [[, stage] = []] = ofType(template, 'AWS::ApiGatewayV2::Stage')
    const { DestinationArn, Format } = (stage?.Properties['AccessLogSettings'] ?? {}) as Readonly<
      Record<string, unknown>
    >

    test('has an issuer that answers at the first deploy: the stack’s own user pool, until another one is named', () => {
      expect(template.Parameters['JwtIssuer']).toMatchObject({ Default: '', AllowedPattern: '^(https://.+)?$' })
      const [[, authorizer] = []] = ofType(template, 'AWS::ApiGatewayV2::Authorizer')
      expect(authorizer?.Properties['JwtConfiguration']).toEqual({
        Issuer: { 'Fn::If': ['OwnUserPool', { 'Fn::GetAtt': ['UserPool', 'ProviderURL'] }, { Ref: 'JwtIssuer' }] },
        Audience: {
          'Fn::If': ['OwnUserPool', [{ Ref: 'PeopleClient' }, { Ref: 'PlatformClient' }], [{ Ref: 'JwtAudience' }]],
        },
      })
      expect(template.Conditions?.['OwnUserPool']).toEqual({ 'Fn::Equals': [{ Ref: 'JwtIssuer' }, ''] })
    })

    test('every parameter has a value at the first deploy', () => {
      for (const [name, parameter] of Object.entries(template.Parameters))
        expect([name, parameter['Default']]).toEqual([name, expect.any(String)])
    })

    test('has at most 300 routes and integrations, 10 authorizers, 10 scopes a route, 30 s, and a log line of 3 KB', () => {
      expect(routes.length).toBeLessThanOrEqual(300)
      expect(ofType(template, 'AWS::ApiGatewayV2::Integration').length).toBeLessThanOrEqual(300)
      expect(ofType(template, 'AWS::ApiGatewayV2::Authorizer').length).toBeLessThanOrEqual(10)
      for (const [, { Properties }] of routes)
        expect(((Properties['AuthorizationScopes'] ?? []) as readonly string[]).length).toBeLessThanOrEqual(10)
      expect(bytes(Format)).toBeLessThanOrEqual(3072)
      const ofApi = functions.filter(([id]) => /(Access|Account|Operator)Api/.test(id))
      expect(ofApi).toHaveLength(3)
      for (const [, { Properties }] of ofApi) expect(Properties['Timeout']).toBeLessThan(30)
    })

    test('deploys its stage once, after every route: changes of one API at a time are all that it takes', () => {
      expect([stage?.DependsOn].flat().sort()).toEqual(expect.arrayContaining(routes.map(([id]) => id).sort()))
    })

    test('throttles routes that are there when the stage is made', () => {
      const keys = Object.keys((stage?.Properties['RouteSettings'] ?? {}) as object)
      const made = routes
        .filter(([id]) => [stage?.DependsOn].flat().includes(id))
        .map(([, { Properties }]) => Properties['RouteKey'])
      expect(made).toEqual(expect.arrayContaining(keys))
    })

    test('logs where one entry of CloudWatch’s resource policy covers all: /aws/vendedlogs/', () => {
      expect(DestinationArn).toEqual({ 'Fn::GetAtt': [expect.any(String), 'Arn'] })
      const name = rendered(template, template.Resources[idOf(DestinationArn)]?.Properties['LogGroupName'])
      expect(name).toMatch(new RegExp(`^/aws/vendedlogs/groschen/${LONGEST_STAGE}/`))
      expect(String(name).length).toBeLessThanOrEqual(512)
    })

    test('and the event bus keep their address: pinned ids, and a name made of the stage', () => {
      expect(ofType(template, 'AWS::ApiGatewayV2::Api').map(([id]) => id)).toEqual(['HttpApi'])
      expect(ofType(template, 'AWS::Events::EventBus').map(([id, { Properties }]) => [id, Properties['Name']])).toEqual(
        [['EventBus', `groschen-${LONGEST_STAGE}`]],
      )
    })
  })

  describe('IAM and other policies', () => {
    test('the inline policies of a role have at most 10,240 characters', () => {
      const sizes = new Map<string, number>()
      for (const [, { Properties }] of ofType(template, 'AWS::IAM::Policy'))
        for (const role of Properties['Roles'] as readonly unknown[])
          sizes.set(idOf(role), (sizes.get(idOf(role)) ?? 0) + bytes(rendered(template, Properties['PolicyDocument'])))
      expect(Math.max(...sizes.values())).toBeLessThanOrEqual(10_240)
    })

    test.each([
      ['AWS::SQS::QueuePolicy', 'PolicyDocument', 8192],
      ['AWS::S3::BucketPolicy', 'PolicyDocument', 20_480],
      ['AWS::KMS::Key', 'KeyPolicy', 32_768],
    ] as const)('an %s has a %s of at most %i bytes and 20 statements', (type, property, most) => {
      for (const [, { Properties }] of ofType(template, type)) {
        const document = rendered(template, Properties[property]) as { readonly Statement: readonly unknown[] }
        expect(bytes(document)).toBeLessThanOrEqual(most)
        expect(document.Statement.length).toBeLessThanOrEqual(20)
      }
    })

    test('who sends mail may use the identity’s configuration set too', () => {
      const statements = ofType(template, 'AWS::IAM::Policy').flatMap(
        ([, { Properties }]) =>
          (
            rendered(template, Properties['PolicyDocument']) as {
              readonly Statement: readonly Record<string, unknown>[]
            }
          ).Statement,
      )
      const mail = statements.filter(({ Action }) => [Action].flat().includes('ses:SendEmail'))
      expect(mail.map(({ Resource }) => Resource)).toEqual([
        [
          'arn:aws:ses:ap-southeast-7:123456789012:identity/*',
          'arn:aws:ses:ap-southeast-7:123456789012:configuration-set/*',
        ],
      ])
    })

    test('who reads objects may list the bucket: an absent one is 404, not 403', () => {
      for (const [, { Properties }] of ofType(template, 'AWS::IAM::Policy')) {
        const { Statement } = Properties['PolicyDocument'] as { readonly Statement: readonly Record<string, unknown>[] }
        const actions = Statement.flatMap(({ Action }) => [Action].flat())
        if (actions.includes('s3:GetObject')) expect(actions).toContain('s3:ListBucket')
      }
    })
  })

  describe('CloudFormation', () => {
    test('takes the template: 500 resources, 200 parameters, 200 outputs, 1 MB', () => {
      expect(resources.length).toBeLessThanOrEqual(500)
      expect(Object.keys(template.Parameters).length).toBeLessThanOrEqual(200)
      expect(Object.keys(template.Outputs).length).toBeLessThanOrEqual(200)
      expect(bytes(template)).toBeLessThanOrEqual(1_000_000)
    })

    test('finds an order in which everything is made', () => {
      const waitsFor = new Map(
        resources.map(([id, resource]) => [
          id,
          new Set([...texts(resource)].filter((one) => one !== id && one in template.Resources)),
        ]),
      )
      for (let made = 1; made > 0 && waitsFor.size > 0; ) {
        const ready = [...waitsFor].filter(([, others]) => [...others].every((other) => !waitsFor.has(other)))
        made = ready.length
        for (const [id] of ready) waitsFor.delete(id)
      }
      expect([...waitsFor.keys()]).toEqual([])
    })

    test('gives every character of the template back: ASCII alone', () => {
      const others = [...new Set(texts(template))].filter((one) => !/^[\n -~]*$/.test(one))
      expect(others).toEqual([])
    })

    test('takes away what a failed first deploy made: log groups and secrets, which hold nothing yet', () => {
      for (const type of ['AWS::Logs::LogGroup', 'AWS::SecretsManager::Secret'])
        for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of ofType(template, type))
          expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual([id, 'RetainExceptOnCreate', 'Retain'])
    })

    test('makes names of at most 64 characters for functions and roles, 63 for buckets, out of those that are given', () => {
      for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::S3::Bucket', 'AWS::DynamoDB::Table'])
        for (const [, { Properties }] of ofType(template, type))
          for (const name of ['FunctionName', 'RoleName', 'BucketName', 'TableName'])
            expect(Properties).not.toHaveProperty(name)
      for (const [id] of ofType(template, 'AWS::S3::Bucket'))
        expect(`groschen-${LONGEST_STAGE}-${id}-ABCDEFGHIJKLM`.length).toBeLessThanOrEqual(63)
    })

    test('never makes another value of a secret that was filled in by hand', () => {
      const made = ofType(template, 'AWS::SecretsManager::Secret').map(([id, { Properties }]) => [
        id,
        Properties['GenerateSecretString'],
      ])
      const notSet = { GenerateStringKey: 'madeUp', SecretStringTemplate: '{"isSet":false}' }
      expect(Object.fromEntries(made)).toEqual({
        PaymentSecret: notSet,
        PaymentWebhookSecret: notSet,
        WebhookSecret: { ExcludePunctuation: true, PasswordLength: 44 },
      })
    })

    test('has a DynamoDB table’s keys as texts and numbers alone, and no index but those of its creation', () => {
      const indexes = ofType(template, 'AWS::DynamoDB::Table').flatMap(([id, { Properties }]) =>
        ((Properties['GlobalSecondaryIndexes'] ?? []) as readonly { readonly IndexName: string }[]).map(
          ({ IndexName }) => `${id} ${IndexName}`,
        ),
      )
      // One index can be made or dropped a release: change this list by one at a time.
      expect(indexes).toEqual(['AccountsTable by-record', 'TopUpsTable by-time', 'TopUpsTable by-lane'])
    })
  })

  describe('buckets', () => {
    test('with a lock have it, and versions, from their creation on', () => {
      for (const [, { Properties }] of ofType(template, 'AWS::S3::Bucket'))
        if (Properties['ObjectLockConfiguration'] !== undefined)
          expect(Properties).toMatchObject({ ObjectLockEnabled: true, VersioningConfiguration: { Status: 'Enabled' } })
    })
  })

  describe('CloudWatch and EventBridge', () => {
    const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties)

    test('a stage shares no metric with another one', () => {
      const namespace = `Groschen/${LONGEST_STAGE}`
      const own = alarms.filter(({ Namespace }) => String(Namespace).startsWith('Groschen'))
      expect(new Set(own.map(({ Namespace }) => Namespace))).toEqual(new Set([namespace]))
      expect(
        new Set(functions.map(([, { Properties }]) => variablesOf(Properties)['POWERTOOLS_METRICS_NAMESPACE'])),
      ).toEqual(new Set([namespace]))
    })

    test('an alarm looks at a day at most', () => {
      for (const { Period, EvaluationPeriods } of alarms)
        expect(Number(Period) * Number(EvaluationPeriods)).toBeLessThanOrEqual(86_400)
    })

    test('a pattern has at most 2,048 characters, a schedule comes once a minute at most', () => {
      for (const [, { Properties }] of ofType(template, 'AWS::Events::Rule'))
        expect(bytes(Properties['EventPattern'] ?? {})).toBeLessThanOrEqual(2048)
      for (const { seconds } of schedules(template)) expect(seconds).toBeGreaterThanOrEqual(60)
    })
  })
})

describe('what a company writes into the environment', () => {
  test('is refused where it would not fit, before anything is deployed', () => {
    const seller = { name: 'ü'.repeat(128), lines: Array.from({ length: 6 }, () => 'ß'.repeat(128)) }
    expect(() => synthesized({ seller })).toThrow(`at most ${SELLER_BYTES} fit in`)
    const discounts = Array.from({ length: 50 }, (_, place) => ({ from: `1000000${place}.55`, percent: '12.3456' }))
    expect(() => synthesized({ purchases: { ...DEFAULT_PURCHASES, discounts } })).toThrow(
      `at most ${PURCHASES_BYTES} fit in`,
    )
    expect(() => synthesized({ returnUrl: `https://example.com/${'a'.repeat(200)}` })).toThrow('returnUrl')
  })
})

describe('a key of the company’s own', () => {
  const tableKey = 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555'

  test('is taken only where its policy lets EventBridge use it: notices would be lost', () => {
    expect(() => synthesized({ tableKey })).toThrow('events.amazonaws.com')
    expect(() => synthesized({ tableKey, tableKeyPolicy: 'yes' })).toThrow('allows-eventbridge')
  })
})
