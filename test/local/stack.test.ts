import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RunningStack, startStack } from '../../infra/local/stack.ts'
import { writeAssembly } from './small-stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'groschen-local-'))
const operator = { region: 'eu-central-1', credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'x' } }
let stack: RunningStack
let sqs: SQSClient
let dynamodb: DynamoDBClient

beforeAll(async () => {
  stack = await startStack({ directory: join(folder, 'data'), assembly: writeAssembly(join(folder, 'assembly')) })
  sqs = new SQSClient({ ...operator, endpoint: stack.endpoints.sqs })
  dynamodb = new DynamoDBClient({ ...operator, endpoint: stack.endpoints.dynamodb })
})

afterAll(async () => {
  sqs.destroy()
  dynamodb.destroy()
  await stack.stop()
  rmSync(folder, { recursive: true })
})

const send = (body: string) => sqs.send(new SendMessageCommand({ QueueUrl: stack.outputs['Work'], MessageBody: body }))
const notes = async () =>
  ((await dynamodb.send(new ScanCommand({ TableName: stack.outputs['Notes'] }))).Items ?? []).map(
    (item) => item['id']?.S,
  )
const eventually = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 100 })

describe('a queue’s event source mapping', () => {
  test('hands messages on and deletes what was handled', async () => {
    await send('hello')
    await eventually(async () => expect(await notes()).toContain('queue:hello'))
    await eventually(async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: stack.outputs['Work'], AttributeNames: ['All'] }),
      )
      expect([
        Attributes!['ApproximateNumberOfMessages'],
        Attributes!['ApproximateNumberOfMessagesNotVisible'],
      ]).toEqual(['0', '0'])
    })
    expect(stack.metrics()['Handled']).toBeGreaterThan(0)
  })

  test('brings a failed message back, and into the dead letters after its receives, without its mates', async () => {
    await Promise.all([send('fail for ever'), send('good mate')])
    await eventually(async () => expect(await notes()).toContain('queue:good mate'))
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: stack.outputs['Dead'], WaitTimeSeconds: 10 }),
    )
    expect(Messages!.map(({ Body }) => Body)).toEqual(['fail for ever'])
  })
})

describe('a table stream’s mapping', () => {
  test('hands on what was put, and whether it was new', async () => {
    const put = () =>
      dynamodb.send(new PutItemCommand({ TableName: stack.outputs['Watched'], Item: { id: { S: 'a' } } }))
    await put()
    await put()
    await eventually(async () =>
      expect(await notes()).toEqual(expect.arrayContaining(['stream:INSERT:a', 'stream:MODIFY:a'])),
    )
  })
})

describe('a function', () => {
  test('knows its own environment and the services, and nothing of this machine', async () => {
    const { environment } = (await (await fetch(`${stack.apiUrl}/open`)).json()) as { environment: string[] }
    expect(environment).toEqual(expect.arrayContaining(['AWS_ENDPOINT_URL_DYNAMODB', 'NOTES']))
    expect(environment).not.toContain('HOME')
    expect(environment).not.toContain('PATH')
  })

  test('may do what its role allows, and nothing else', async () => {
    expect(await (await fetch(`${stack.apiUrl}/refused`)).json()).toEqual({ refused: 'AccessDeniedException' })
  })

  test('that crashes answers 500 and is started anew', async () => {
    expect((await fetch(`${stack.apiUrl}/crash`)).status).toBe(500)
    expect((await fetch(`${stack.apiUrl}/open`)).status).toBe(200)
  })
})

describe('the HTTP API', () => {
  const call = (authorization?: string, path = '/things/a%20b?x=1&x=2') =>
    fetch(`${stack.apiUrl}${path}`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    })
  const bearer = async (scope: string) => `Bearer ${await stack.token({ sub: 'me', scope })}`

  test('hands a request on in payload format 2.0', async () => {
    const { event } = (await (await call(await bearer('write read'))).json()) as { event: Record<string, unknown> }
    expect(event).toMatchObject({
      routeKey: 'POST /things/{thing}',
      rawPath: '/things/a b',
      rawQueryString: 'x=1&x=2',
      queryStringParameters: { x: '1,2' },
      pathParameters: { thing: 'a b' },
      body: '{"a":1}',
      isBase64Encoded: false,
      requestContext: { authorizer: { jwt: { claims: { sub: 'me', scope: 'write read' }, scopes: ['write'] } } },
    })
  })

  test('knows no other route', async () => {
    expect((await fetch(`${stack.apiUrl}/nowhere`)).status).toBe(404)
    expect((await call(await bearer('write'), '/things/a%2Fb')).status).toBe(404)
  })

  test('lets nobody in without the scope', async () => {
    expect((await call(await bearer('read'))).status).toBe(403)
  })

  test.each<[string, () => Promise<string | undefined>]>([
    ['no token', async () => undefined],
    ['a broken token', async () => 'Bearer a.b.c'],
    ['a token that is over', async () => `Bearer ${await stack.token({ sub: 'me', scope: 'write' }, -5)}`],
    [
      'a token without a signature',
      async () =>
        `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(`{"iss":"${stack.apiUrl}","aud":"groschen-local","scope":"write","exp":9999999999}`).toString('base64url')}.`,
    ],
    [
      'a token of somebody else’s key',
      async () => {
        const { privateKey } = await generateKeyPair('RS256')
        return `Bearer ${await new SignJWT({ scope: 'write' }).setProtectedHeader({ alg: 'RS256' }).setIssuer(stack.apiUrl).setAudience('groschen-local').setExpirationTime('1h').sign(privateKey)}`
      },
    ],
  ])('refuses %s', async (_, token) => {
    expect((await call(await token())).status).toBe(401)
  })

  test('publishes the issuer’s public keys, and no private ones', async () => {
    const { keys } = (await (await fetch(`${stack.apiUrl}/.well-known/jwks.json`)).json()) as { keys: object[] }
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']])
  })
})

describe('a data folder', () => {
  test('belongs to one runner at a time', async () => {
    await expect(startStack({ directory: join(folder, 'data'), assembly: join(folder, 'assembly') })).rejects.toThrow(
      `process id ${process.pid}`,
    )
  })
})
