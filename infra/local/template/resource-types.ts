/** What the runner runs. Which of their properties it looks at: `known-properties.ts`. */
const RUN_TYPES = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
] as const

export type RunType = (typeof RUN_TYPES)[number]

export const isRunType = (type: string): type is RunType => (RUN_TYPES as readonly string[]).includes(type)

/** What is nothing to run on one's own machine, and why. */
export const EFFECTLESS_TYPES: ReadonlyMap<string, string> = new Map([
  ['AWS::CDK::Metadata', 'statistics for AWS'],
  ['AWS::CloudWatch::Alarm', 'no alarms locally: the metrics are counted and shown'],
  ['AWS::CloudWatch::Dashboard', 'no dashboards locally'],
  ['AWS::KMS::Alias', 'data are not encrypted locally'],
  ['AWS::KMS::Key', 'data are not encrypted locally'],
  ['AWS::Lambda::EventInvokeConfig', 'a failed run is never repeated locally'],
  ['AWS::Lambda::Permission', 'who may invoke: the runner alone does'],
  ['AWS::Logs::LogGroup', 'logs are files under the data folder'],
  ['AWS::S3::BucketPolicy', 'buckets are reachable from this machine alone'],
  ['AWS::SNS::Topic', 'target of alarms'],
  ['AWS::SNS::TopicPolicy', 'target of alarms'],
  ['AWS::SQS::QueuePolicy', 'queues are reachable from this machine alone'],
])
