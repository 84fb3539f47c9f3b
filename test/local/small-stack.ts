import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A function for every way of being woken: it answers over HTTP, fails queue messages that say so, notes what it was
 * woken by in a table, and tries what its role does not allow.
 */
const CODE = `
import { createRequire } from 'node:module'
const require = createRequire(process.env.PROJECT_ROOT + '/package.json')
const { DynamoDBClient, PutItemCommand, DeleteItemCommand } = require('@aws-sdk/client-dynamodb')
const client = new DynamoDBClient({ maxAttempts: 1 })
const note = (text) => client.send(new PutItemCommand({ TableName: process.env.NOTES, Item: { id: { S: text } } }))
export const handler = async (event, context) => {
  if (event.version === '2.0') {
    if (event.rawPath === '/crash') process.exit(1)
    if (event.rawPath === '/throw') throw new Error('as told')
    if (event.queryStringParameters?.answer) return { statusCode: 200, body: '"'.repeat(Number(event.queryStringParameters.answer)) }
    if (event.rawPath === '/plain') return { hello: process.pid }
    if (event.rawPath === '/cookies') return { statusCode: 201, body: event.cookies.join(), cookies: ['a=1', 'b=2'] }
    if (event.rawPath === '/refused') {
      const error = await client.send(new DeleteItemCommand({ TableName: process.env.NOTES, Key: { id: { S: 'x' } } })).then(() => undefined, (e) => e)
      return { statusCode: 200, body: JSON.stringify({ refused: error?.name ?? null }) }
    }
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ event, remaining: context.getRemainingTimeInMillis(), environment: Object.keys(process.env).sort() }) }
  }
  const failures = []
  for (const record of event.Records) {
    if (record.eventSource === 'aws:dynamodb') await note(['stream', Number(record.dynamodb.SequenceNumber), record.eventName, record.dynamodb.NewImage?.text?.S].join(':'))
    else if (record.body === 'attributes') await note('attributes:' + JSON.stringify(record.messageAttributes.colour))
    else if (record.body === 'throw') throw new Error('as told')
    else if (record.body.startsWith('fail')) failures.push({ itemIdentifier: record.messageId })
    else await note('queue:' + record.body)
  }
  console.log(JSON.stringify({ _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'Handled' }] }] }, Handled: event.Records.length }))
  return { batchItemFailures: failures }
}
`

export type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })
const table = (stream: boolean) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    ...(stream && { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }),
  },
})

export const smallResources: Resources = {
  Notes: table(false),
  Watched: table(true),
  Dead: { Type: 'AWS::SQS::Queue' },
  Work: {
    Type: 'AWS::SQS::Queue',
    Properties: { VisibilityTimeout: 1, RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 2 } },
  },
  Role: { Type: 'AWS::IAM::Role' },
  Policy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: arn('Notes') }] },
    },
  },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 5,
      MemorySize: 256,
      Role: arn('Role'),
      Code: { S3Bucket: 'b', S3Key: 'hash.zip' },
      Environment: { Variables: { NOTES: { Ref: 'Notes' }, PROJECT_ROOT: process.cwd() } },
    },
  },
  FromQueue: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: arn('Work'),
      FunctionName: { Ref: 'Function' },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
  FromStream: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Watched', 'StreamArn'] },
      FunctionName: arn('Function'),
      BatchSize: 10,
    },
  },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
  Authorizer: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: { JwtConfiguration: { Issuer: { Ref: 'JwtIssuer' }, Audience: [{ Ref: 'JwtAudience' }] } },
  },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: { PayloadFormatVersion: '2.0', IntegrationUri: arn('Function') },
  },
  ...Object.fromEntries(
    (
      [
        ['Open', 'GET /open', undefined],
        ['Crash', 'GET /crash', undefined],
        ['Refused', 'GET /refused', undefined],
        ['Throw', 'GET /throw', undefined],
        ['Plain', 'GET /plain', undefined],
        ['Cookies', 'GET /cookies', undefined],
        ['Special', 'POST /things/special', undefined],
        ['Scoped', 'POST /things/{thing}', 'write'],
      ] as const
    ).map(([name, RouteKey, scope]) => [
      name,
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          RouteKey,
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
          ...(scope && { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Authorizer' }, AuthorizationScopes: [scope] }),
        },
      },
    ]),
  ),
}

/** Writes a cloud assembly as the CDK would, with these resources; answers with its folder. */
export function writeAssembly(folder: string, resources: Resources = smallResources): string {
  mkdirSync(join(folder, 'code'), { recursive: true })
  writeFileSync(join(folder, 'code', 'index.mjs'), CODE)
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content))
  write('manifest.json', {
    artifacts: {
      small: { type: 'aws:cloudformation:stack', properties: { templateFile: 'small.template.json' } },
      'small.assets': { type: 'cdk:asset-manifest' },
    },
  })
  write('small.assets.json', { files: { hash: { source: { path: 'code' } } } })
  write('small.template.json', {
    Parameters: { JwtIssuer: { Type: 'String' }, JwtAudience: { Type: 'String' } },
    Resources: resources,
    Outputs: {
      Work: { Value: { Ref: 'Work' } },
      Dead: { Value: { Ref: 'Dead' } },
      Notes: { Value: { Ref: 'Notes' } },
      Watched: { Value: { Ref: 'Watched' } },
    },
  })
  return folder
}
