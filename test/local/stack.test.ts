import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { generateKeyPair, importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { connectStack, type FunctionFailure, type RunningStack, startStack } from '../../infra/local/stack.ts'
import { writeAssembly } from './small-stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'groschen-local-'))
const operator = { region: 'eu-central-1', credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'x' } }
const lines: string[] = []
const failures: FunctionFailure[] = []
let stack: RunningStack
let sqs: SQSClient
let dynamodb: DynamoDBClient
let events: EventBridgeClient

beforeAll(async () => {
  stack = await startStack({
    directory: join(folder, 'data'),
    assembly: writeAssembly(join(folder, 'assembly')),
    onLine: (line) => lines.push(line),
    onFailure: (failure) => failures.push(failure),
  })
  sqs = new SQSClient({ ...operator, endpoint: stack.endpoints.sqs })
  dynamodb = new DynamoDBClient({ ...operator, endpoint: stack.endpoints.dynamodb })
  events = new EventBridgeClient({ ...operator, endpoint: stack.endpoints.events })
})

afterAll(async () => {
  sqs.destroy()
  dynamodb.destroy()
  events.destroy()
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

describe('a message', () => {
  test('keeps what its sender attached', async () => {
    const colour = { DataType: 'String', StringValue: 'blue' }
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: stack.outputs['Work'],
        MessageBody: 'attributes',
        MessageAttributes: { colour },
      }),
    )
    await eventually(async () =>
      expect((await notes()).find((note) => note?.startsWith('attributes:'))).toMatch(
        /"dataType":"String","stringValue":"blue"/,
      ),
    )
  })
})

describe('a queue', () => {
  test('shows a message again that was given back at once', async () => {
    const QueueUrl = stack.outputs['Dead']
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'given back' }))
    const receive = async () =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }))).Messages!.find(
        ({ Body }) => Body === 'given back',
      )!
    const { ReceiptHandle } = await receive()
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
    expect(await receive()).toBeDefined()
  })
})

describe('a table stream’s mapping', () => {
  const key = { id: { S: 'a' } }
  const TableName = () => stack.outputs['Watched']
  const put = (text: string) =>
    dynamodb.send(new PutItemCommand({ TableName: TableName(), Item: { ...key, text: { S: text } } }))

  test('hands on each change in its order, with what it made of the item, and nothing where nothing changed', async () => {
    await put('one')
    await put('one')
    await put('two')
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: TableName(),
        Key: key,
        UpdateExpression: 'SET #t = :t',
        ExpressionAttributeNames: { '#t': 'text' },
        ExpressionAttributeValues: { ':t': { S: 'three' } },
      }),
    )
    await dynamodb.send(new DeleteItemCommand({ TableName: TableName(), Key: key }))
    const changes = async () => (await notes()).filter((note) => note?.startsWith('stream:')).sort()
    await eventually(async () =>
      expect(await changes()).toEqual([
        'stream:1:INSERT:one',
        'stream:3:MODIFY:two',
        'stream:4:MODIFY:three',
        'stream:5:REMOVE:',
      ]),
    )
  })

  test('hands on no change that a condition prevented', async () => {
    const refused = dynamodb.send(
      new PutItemCommand({
        TableName: TableName(),
        Item: { id: { S: 'b' } },
        ConditionExpression: 'attribute_exists(id)',
      }),
    )
    await expect(refused).rejects.toThrow('conditional')
    await dynamodb.send(new PutItemCommand({ TableName: TableName(), Item: { id: { S: 'c' } } }))
    await eventually(async () => expect(await notes()).toContain('stream:7:INSERT:'))
    expect((await notes()).filter((note) => note?.startsWith('stream:')).length).toBe(5)
  })

  test('is not gone round by a batch', async () => {
    const batch = new BatchWriteItemCommand({
      RequestItems: { [TableName()!]: [{ PutRequest: { Item: { id: { S: 'x' } } } }] },
    })
    await expect(dynamodb.send(batch)).rejects.toThrow('has a stream')
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

  test('that throws answers 500, and its process is used again', async () => {
    const hello = async () => (await fetch(`${stack.apiUrl}/plain`)).json()
    const before = await hello()
    expect((await fetch(`${stack.apiUrl}/throw`)).status).toBe(500)
    expect(await hello()).toEqual(before)
    expect(lines.join('\n')).toContain('as told')
  })

  test('that fails is told with request, route, error and the file of its log', async () => {
    for (const path of ['throw', 'crash']) expect((await fetch(`${stack.apiUrl}/${path}`)).status).toBe(500)
    const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/)
    const [name, file] = ['small-Function', join(folder, 'data', 'logs', 'small-Function.log')]
    for (const [route, what] of [
      ['GET /throw', `${name}: Error: as told`],
      ['GET /crash', `${name}: its process ended (status 1)`],
    ]) {
      expect(failures).toContainEqual({ function: name, route, what, requestId, file })
      expect(readFileSync(file, 'utf8')).toContain(what)
    }
  })
})

describe('the event bus', () => {
  const put = (entry: object) => events.send(new PutEventsCommand({ Entries: [entry] }))
  const entry = { EventBusName: 'bus', Source: 'here', DetailType: 'it.happened', Detail: '{"a":1}' }

  test('keeps what it was given', async () => {
    expect(await put(entry)).toMatchObject({ FailedEntryCount: 0 })
    expect(JSON.parse(readFileSync(join(folder, 'data', 'events.jsonl'), 'utf8'))).toMatchObject({
      bus: 'bus',
      source: 'here',
      'detail-type': 'it.happened',
      detail: { a: 1 },
    })
  })

  test.each<[string, object, string]>([
    ['a bus that is not there', { ...entry, EventBusName: 'other' }, 'ResourceNotFoundException'],
    ['a detail that is no object', { ...entry, Detail: '{' }, 'MalformedDetail'],
  ])('refuses %s', async (_, wrong, ErrorCode) => {
    expect(await put(wrong)).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode }] })
  })
})

describe('the engines', () => {
  test('live on when a caller is gone in the middle of its request', async () => {
    for (const endpoint of Object.values(stack.endpoints)) {
      const socket = connect(Number(new URL(endpoint).port), '127.0.0.1')
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{', () => socket.destroy())
      await once(socket, 'close')
    }
    expect(await notes()).toContain('queue:hello')
    await send('after a caller was gone')
    await eventually(async () => expect(await notes()).toContain('queue:after a caller was gone'))
  })
})

describe('the HTTP API', () => {
  const call = (authorization?: string, path = '/things/a%20b?x=1&x=2') =>
    fetch(`${stack.apiUrl}${path}`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    })
  /** A token of the issuer's own key that is wrong in one point. */
  const foreign = async ({
    audience = 'groschen-local',
    issuer = stack.apiUrl,
    notBefore = '0s',
    expires = true,
    claims = { scope: 'write' } as object,
  }) => {
    const key = JSON.parse(readFileSync(join(folder, 'data', 'issuer', 'key.json'), 'utf8'))
    const token = new SignJWT({ sub: 'me', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setNotBefore(notBefore)
    if (expires) token.setExpirationTime('1h')
    return `Bearer ${await token.sign(await importJWK(key, 'RS256'))}`
  }
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

  test('takes a path without parameters before one with', async () => {
    expect((await call(undefined, '/things/special')).status).toBe(200)
  })

  test('hands cookies on, and those of the answer back', async () => {
    const response = await fetch(`${stack.apiUrl}/cookies`, { headers: { cookie: 'x=1; y=2' } })
    expect(response.status).toBe(201)
    expect(await response.text()).toBe('x=1,y=2')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  test('refuses more than API Gateway takes', async () => {
    const response = await fetch(`${stack.apiUrl}/things/special`, { method: 'POST', body: 'x'.repeat(10_485_761) })
    expect(response.status).toBe(413)
    const quoted = await fetch(`${stack.apiUrl}/things/special`, {
      method: 'POST',
      body: JSON.stringify('"'.repeat(2_000_000)),
      headers: { 'content-type': 'application/json' },
    })
    expect(quoted.status).toBe(413)
    const query = 'x'.repeat(10_240)
    expect((await fetch(`${stack.apiUrl}/things/special?${query}`, { method: 'POST' })).status).toBe(431)
  })

  test('hands on no answer that Lambda would not', async () => {
    expect((await fetch(`${stack.apiUrl}/things/special?answer=3000000`, { method: 'POST' })).status).toBe(200)
    expect((await fetch(`${stack.apiUrl}/things/special?answer=3200000`, { method: 'POST' })).status).toBe(500)
  })

  test('knows no other route', async () => {
    expect((await fetch(`${stack.apiUrl}/nowhere`)).status).toBe(404)
    expect((await call(await bearer('write'), '/things/a%2Fb')).status).toBe(404)
    expect((await call(await bearer('write'), '/things/50%25')).status).toBe(400)
  })

  test('lets a token in that differs from the refused ones in their one point', async () => {
    expect((await call(await foreign({}))).status).toBe(200)
  })

  test('lets nobody in without the scope', async () => {
    expect((await call(await bearer('read'))).status).toBe(403)
    for (const claims of [{}, { scope: 'read,write' }, { scp: 7 }, { scope: 'read', scp: 'write' }])
      expect((await call(await foreign({ claims }))).status).toBe(403)
  })

  test('takes scopes from `scp` too, and hands lists on as API Gateway does', async () => {
    const claims = { scp: ['read', 'write'], account: ['acme', 'globex'], user: null, level: 7, at: { home: true } }
    const { event } = (await (await call(await foreign({ claims }))).json()) as { event: Record<string, unknown> }
    const shown = { scp: '[read write]', account: '[acme globex]', level: '7', at: '{"home":true}' }
    expect(event).toMatchObject({ requestContext: { authorizer: { jwt: { claims: shown } } } })
    expect(event).not.toHaveProperty('requestContext.authorizer.jwt.claims.user')
    expect((await call(await foreign({ claims: { scp: 'read write' } }))).status).toBe(200)
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
    ['a token for somebody else', () => foreign({ audience: 'another' })],
    ['a token of another issuer', () => foreign({ issuer: 'https://issuer.example.com' })],
    ['a token for later', () => foreign({ notBefore: '1h' })],
    ['a token for ever', () => foreign({ expires: false })],
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
    const second = startStack({ directory: join(folder, 'data'), assembly: join(folder, 'assembly') })
    await expect(second).rejects.toMatchObject({ code: 'local.folder-in-use', pid: process.pid })
  })

  test('tells other commands where its stack is, and lets them sign tokens', async () => {
    const attached = await connectStack(join(folder, 'data'))
    expect(attached).toMatchObject({ apiUrl: stack.apiUrl, endpoints: stack.endpoints, outputs: stack.outputs })
    const authorization = `Bearer ${await attached!.token({ sub: 'me', scope: 'write' })}`
    const response = await fetch(`${stack.apiUrl}/things/a`, { method: 'POST', headers: { authorization } })
    expect(response.status).toBe(200)
    expect(await connectStack(join(folder, 'nothing'))).toBeUndefined()
  })
})
