import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { accessTo, operatorToken } from '../../infra/cli/lib/place.ts'
import { OPERATOR } from '../../infra/local/engines/access.ts'
import { type AttachedStack, connectStack } from '../../infra/local/stack.ts'
import { run } from './command.ts'

const ACCOUNT = 'staged'
let stack: AttachedStack
let token: string

/** Answers as CloudFormation does, with the outputs of the stack that runs here. */
const cloudFormation = createServer(async (request, response) => {
  let asked = ''
  for await (const chunk of request) asked += String(chunk)
  const isOurs = new URLSearchParams(asked).get('StackName') === 'groschen-e2e'
  response.writeHead(isOurs ? 200 : 400, { 'content-type': 'text/xml' })
  response.end(isOurs ? described({ ...stack.outputs, ApiUrl: stack.apiUrl }) : MISSING)
})

const described = (outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  )
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>groschen-e2e</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
}
const MISSING =
  '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id groschen-nowhere does not exist</Message></Error></ErrorResponse>'

beforeAll(async () => {
  stack = (await connectStack(inject('shared')))!
  token = await operatorToken(stack, 'operator')
  const { api } = await accessTo(stack, 'operator')
  await api.post('/v1/accounts', { account: ACCOUNT, name: 'Staged' }, 'open-staged')
  await new Promise<void>((resolve) => cloudFormation.listen(0, '127.0.0.1', resolve))
})
afterAll(() => cloudFormation.close())

/** The machine's AWS settings lead to the engines of the stack that runs here, as they lead to AWS elsewhere. */
const onStage = (command: string, args: readonly string[], { input = '', stage = 'e2e' } = {}) => {
  const { dynamodb, s3, sqs, secrets } = stack.endpoints
  const env = {
    AWS_REGION: OPERATOR.region,
    AWS_ACCESS_KEY_ID: OPERATOR.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: OPERATOR.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
    GROSCHEN_TOKEN: token,
  }
  return run(command, [...args, '--stage', stage], { input, env })
}

describe('on a deployed stage, found by the outputs of its stack', () => {
  test('groschen publish sends to its queue, and its API tells what became of the event', async () => {
    const quantities = { input_tokens: 523, output_tokens: 1247, tool_calls: 2 }
    const data = { user: 'u', category: 'text', service: 'openai/gpt-4o', quantities }
    const event = { subject: ACCOUNT, source: '/stage', id: 'staged-1', time: '2026-01-01T00:00:00Z', data }
    const { status, stdout, stderr } = await onStage('publish', ['-', '--json'], { input: JSON.stringify(event) })
    expect(status, stderr).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ source: '/stage', id: 'staged-1', kind: 'charged', credits: '2.6533' })
  })

  test.each([
    ['log', [ACCOUNT], 'openai/gpt-4o'],
    ['explain', ['staged-1'], '523 × 3.00 € / 1,000,000'],
    ['verify', ['--account', ACCOUNT], 'no violation'],
    ['checkpoint', [], 'holds the heads of'],
    ['reconcile', ['--json'], '"disagreements":0'],
    ['redrive', ['--account', ACCOUNT], 'no event of the quarantine fits'],
    ['import-prices', ['--dry-run', '--vendors', 'openai'], 'against version 1'],
    [
      're-rate',
      ['--account', ACCOUNT, '--from', '2026-01-01', '--to', '2026-01-02', '--rate-card', '1', '--reason', 'none'],
      'Nothing is written',
    ],
  ])('groschen %s works', async (command, args, text) => {
    const { status, stdout, stderr } = await onStage(command, args)
    expect(status, stderr).toBe(0)
    expect(stdout).toContain(text)
  })

  test('groschen restore asks first whether nothing writes to it', async () => {
    const { status, stderr } = await onStage('restore', ['--reason', 'none', '--actor', 'olga'])
    expect(stderr).toContain('--writers-stopped')
    expect(status).toBe(2)
  })

  test.each(['start', 'token', 'replay'])('groschen %s says that it does not work there', async (command) => {
    const { status, stderr } = await onStage(command, command === 'replay' ? ['calls.csv'] : [])
    expect(stderr).toMatch(/option '--stage <name>' argument 'e2e' is invalid\. \S+/)
    expect(status).toBe(2)
  })

  test('a stage that there is not is named with what CloudFormation says of it', async () => {
    const { status, stderr } = await onStage('log', [ACCOUNT], { stage: 'nowhere' })
    expect(stderr).toContain("the outputs of the stack groschen-nowhere can't be read: Stack with id groschen-nowhere")
    expect(status).toBe(1)
  })
})
