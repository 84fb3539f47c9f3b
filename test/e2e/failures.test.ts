import { readFileSync } from 'node:fs'
import { DynamoDBClient, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeAll, expect, inject, test, vi } from 'vitest'
import { operatorToken } from '../../infra/cli/lib/place.ts'
import { type AttachedStack, connectStack } from '../../infra/local/stack.ts'
import { saidIn } from './shared-stack.ts'

const directory = inject('shared')
let stack: AttachedStack

beforeAll(async () => {
  stack = (await connectStack(directory))!
})

/** The record of an account as no version of ours writes it. */
async function damageAccount(account: string): Promise<void> {
  const credentials = { accessKeyId: 'OPERATOR', secretAccessKey: 'x' }
  const client = new DynamoDBClient({ region: stack.region, credentials, endpoint: stack.endpoints.dynamodb })
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  const Item = { account: { S: account }, record: { S: 'account' }, lowBalanceLevels: { L: [{ S: 'no number' }] } }
  await client.send(new PutItemCommand({ TableName: TableNames.find((name) => /Accounts/.test(name)), Item }))
  client.destroy()
}

test('npm start shows an answer of 500 with its route, its request, the error and the file of the log', async () => {
  await damageAccount('broken')
  const authorization = `Bearer ${await operatorToken(stack, 'operator')}`
  const response = await fetch(`${stack.apiUrl}/v1/accounts/broken`, { headers: { authorization } })
  const { status, instance } = (await response.json()) as { readonly status: number; readonly instance: string }
  expect(status).toBe(500)
  const requestId = instance.replace('urn:groschen:request:', '')

  await vi.waitFor(() => expect(saidIn(directory)).toContain(`(request ${requestId})`), 10_000)
  const [, what, id, file = ''] = /^failed: GET \/v1\/accounts\/\{account\}: (.+) \(request (\S+)\) -> (\S+)$/m.exec(
    saidIn(directory),
  )!
  expect([what, id]).toEqual([expect.stringContaining('no number'), requestId])
  expect(readFileSync(file, 'utf8')).toContain(requestId)
})
