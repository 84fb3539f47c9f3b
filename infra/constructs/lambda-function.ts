import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Architecture, type IFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

/** CloudWatch knows a metric by its namespace, its name and its dimensions: two stages of one account must not share one. */
export const metricsNamespace = (stage: string): string => `Groschen/${stage}`

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

export interface LambdaFunctionProps {
  /** Folder under `functions/`; also the name of the service in logs and metrics. */
  readonly name: string
  readonly stage: string
  readonly memoryMegabytes: number
  readonly timeoutSeconds: number
  readonly environment: Readonly<Record<string, string>>
  /** Files under `node_modules/` that the code reads when it runs, such as fonts: copied beside the bundle, to be resolved as here. */
  readonly files?: readonly string[]
  /** The key of its tables and queues; `undefined`: the keys that AWS owns. */
  readonly key: IKey | undefined
}

/** AWS: the actions of DynamoDB and SQS on a customer's key in the name of the caller, without wildcards. */
const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
]

/** CommonJS parts of the bundle ask for `require`, which an ES module does not have. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

/** How the SDK finds credentials elsewhere: loaded when it looks there, and on Lambda they stand in the environment. 100 KB of each bundle. */
const NOT_ON_LAMBDA = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
]

/**
 * A function with the settings that all share: Node 24 on arm64, one bundle with the SDK in it (AWS changes the runtime's own),
 * source maps, memory, timeout, logs kept for a month, traces, and a role that may write its own logs and traces
 * and nothing else. Each construct grants further actions one by one.
 */
export function lambdaFunction(
  scope: Construct,
  id: string,
  { name, stage, memoryMegabytes, timeoutSeconds, environment, files = [], key }: LambdaFunctionProps,
): NodejsFunction {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)
  key?.grant(role, ...KEY_ACTIONS)
  const made = new NodejsFunction(scope, id, {
    role,
    entry: `${PROJECT}functions/${name}/handler.ts`,
    projectRoot: PROJECT,
    depsLockFilePath: `${PROJECT}package-lock.json`,
    handler: 'handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: memoryMegabytes,
    timeout: Duration.seconds(timeoutSeconds),
    tracing: Tracing.ACTIVE,
    logGroup,
    environment: {
      ...environment,
      STAGE: stage,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage),
      NODE_OPTIONS: '--enable-source-maps',
    },
    bundling: {
      format: OutputFormat.ESM,
      mainFields: ['module', 'main'],
      target: 'node24',
      minify: true,
      sourceMap: true,
      sourceMapMode: SourceMapMode.EXTERNAL,
      sourcesContent: false,
      bundleAwsSDK: true,
      externalModules: NOT_ON_LAMBDA,
      banner: REQUIRE,
      commandHooks: {
        beforeInstall: () => [],
        beforeBundling: () => [],
        afterBundling: (from, to) =>
          files.map((file) => copied(`${from}/node_modules/${file}`, `${to}/node_modules/${file}`)),
      },
    },
  })
  Validations.of(role).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray takes traces without a resource to name',
  })
  return made
}

const copied = (from: string, to: string): string => `mkdir -p "${dirname(to)}" && cp "${from}" "${to}"`

/** The grant on a table with an index covers its indexes by a wildcard; there is no narrower one to ask the CDK for. */
export function acknowledgeIndexes(of: IFunction, tableLogicalId: string): void {
  if (of.role === undefined) return
  Validations.of(of.role).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${tableLogicalId}.Arn>/index/*]`,
    reason: 'its indexes list what the table holds, which this function may read anyway',
  })
}
