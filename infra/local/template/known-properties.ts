import { UnsupportedTemplate } from '../errors.ts'
import type { RunType } from './resource-types.ts'

interface Known {
  /** What the runner carries out, or refuses by a check of its own. */
  readonly run: readonly string[]
  /** What has no local effect, and why. */
  readonly effectless: Readonly<Record<string, string>>
}

const NAMING = { Description: 'words for people', Tags: 'words for people' }
const NO_ENCRYPTION = 'data are not encrypted locally'

/** Every property that a template may have here. Another one would be ignored silently, so it stops the runner. */
const KNOWN_PROPERTIES: Readonly<Record<RunType, Known>> = {
  'AWS::ApiGatewayV2::Api': { run: ['Name', 'ProtocolType'], effectless: NAMING },
  'AWS::ApiGatewayV2::Authorizer': {
    run: ['ApiId', 'AuthorizerType', 'IdentitySource', 'JwtConfiguration', 'Name'],
    effectless: {},
  },
  'AWS::ApiGatewayV2::Integration': {
    run: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion'],
    effectless: NAMING,
  },
  'AWS::ApiGatewayV2::Route': {
    run: ['ApiId', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'RouteKey', 'Target'],
    effectless: { OperationName: 'words for people' },
  },
  'AWS::ApiGatewayV2::Stage': {
    run: ['ApiId', 'AutoDeploy', 'StageName'],
    effectless: {
      ...NAMING,
      AccessLogSettings: 'no access log locally',
      DefaultRouteSettings: 'nothing is throttled locally',
      RouteSettings: 'nothing is throttled locally',
    },
  },
  'AWS::DynamoDB::Table': {
    run: ['AttributeDefinitions', 'GlobalSecondaryIndexes', 'KeySchema', 'StreamSpecification', 'TableName'],
    effectless: {
      ...NAMING,
      BillingMode: 'nothing is throttled locally',
      ContributorInsightsSpecification: 'monitoring',
      DeletionProtectionEnabled: 'the runner deletes no table',
      PointInTimeRecoverySpecification: 'no backups locally',
      ProvisionedThroughput: 'nothing is throttled locally',
      SSESpecification: NO_ENCRYPTION,
      TableClass: 'a matter of price',
      TimeToLiveSpecification: 'dynalite has no TTL; the cloud too may keep an item for days',
    },
  },
  'AWS::Events::EventBus': {
    run: ['Name'],
    effectless: { ...NAMING, KmsKeyIdentifier: NO_ENCRYPTION, LogConfig: 'monitoring' },
  },
  'AWS::Events::Rule': {
    run: ['EventBusName', 'EventPattern', 'Name', 'ScheduleExpression', 'State', 'Targets'],
    effectless: NAMING,
  },
  'AWS::IAM::Policy': { run: ['PolicyDocument', 'PolicyName', 'Roles'], effectless: {} },
  'AWS::IAM::Role': {
    run: ['Path', 'Policies', 'RoleName'],
    effectless: {
      ...NAMING,
      AssumeRolePolicyDocument: 'the runner gives each function its role',
      ManagedPolicyArns: 'they grant nothing here: a template grants action by action',
    },
  },
  'AWS::Lambda::EventSourceMapping': {
    run: [
      'BatchSize',
      'BisectBatchOnFunctionError',
      'DestinationConfig',
      'Enabled',
      'EventSourceArn',
      'FilterCriteria',
      'FunctionName',
      'FunctionResponseTypes',
      'MaximumBatchingWindowInSeconds',
      'MaximumRetryAttempts',
      'ScalingConfig',
    ],
    effectless: {
      ...NAMING,
      ParallelizationFactor: 'one batch at a time keeps the order that more of them keep',
      StartingPosition: 'a stream is as old as its data folder',
    },
  },
  'AWS::Lambda::Function': {
    run: [
      'Code',
      'Environment',
      'FunctionName',
      'Handler',
      'MemorySize',
      'ReservedConcurrentExecutions',
      'Role',
      'Runtime',
      'Timeout',
    ],
    effectless: {
      ...NAMING,
      Architectures: 'this machine has the one it has',
      EphemeralStorage: 'this machine has the disk it has',
      KmsKeyArn: NO_ENCRYPTION,
      LoggingConfig: 'logs are files under the data folder',
      TracingConfig: 'no traces locally',
    },
  },
  'AWS::S3::Bucket': {
    run: ['BucketName'],
    effectless: {
      ...NAMING,
      BucketEncryption: NO_ENCRYPTION,
      ObjectLockConfiguration: 'who owns the data folder can change every file in it',
      ObjectLockEnabled: 'as above',
      PublicAccessBlockConfiguration: 'buckets are reachable from this machine alone',
      VersioningConfiguration: 'fauxqs keeps the newest object alone',
    },
  },
  'AWS::SecretsManager::Secret': {
    run: ['GenerateSecretString', 'Name'],
    effectless: {
      ...NAMING,
      KmsKeyId: NO_ENCRYPTION,
    },
  },
  'AWS::SQS::Queue': {
    run: [
      'DelaySeconds',
      'FifoQueue',
      'MaximumMessageSize',
      'MessageRetentionPeriod',
      'QueueName',
      'ReceiveMessageWaitTimeSeconds',
      'RedrivePolicy',
      'VisibilityTimeout',
    ],
    effectless: {
      ...NAMING,
      KmsDataKeyReusePeriodSeconds: NO_ENCRYPTION,
      KmsMasterKeyId: NO_ENCRYPTION,
      RedriveAllowPolicy: 'queues of the stack redrive to queues of the stack alone',
      SqsManagedSseEnabled: NO_ENCRYPTION,
    },
  },
}

/** @throws UnsupportedTemplate for a property that the runner does not know */
export function checkProperties(logicalId: string, type: RunType, properties: Readonly<Record<string, unknown>>): void {
  const { run, effectless } = KNOWN_PROPERTIES[type]
  const unknown = Object.keys(properties).filter((name) => !run.includes(name) && !Object.hasOwn(effectless, name))
  if (unknown.length > 0)
    throw new UnsupportedTemplate(logicalId, `the runner does not know ${unknown.join(', ')} of ${type}`)
}
