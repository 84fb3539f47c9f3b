import { createServer } from 'node:net'
import { SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from 'vitest'
import { apiClient } from '../../../infra/cli/lib/api/api-client.ts'
import { queueDepth, sendEvents } from '../../../infra/cli/lib/events/queue-sender.ts'

/** An address that nothing listens at. */
async function closedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { readonly port: number }
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

describe('what can not be reached', () => {
  test('is named with its URL and the reason, not by "fetch failed"', { timeout: 30_000 }, async () => {
    const url = await closedPort()
    const api = apiClient({ url, token: 't' })
    await expect(api.get('/v1/health')).rejects.toThrow(
      `GET ${url}/v1/health can't be reached: connect ECONNREFUSED ${url.slice('http://'.length)}`,
    )
  })

  test('is named of a queue too', { timeout: 30_000 }, async () => {
    const endpoint = await closedPort()
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const sqs = new SQSClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 })
    const queue = { sqs, url: `${endpoint}/000000000000/usage` }
    const event = { text: '{}', account: undefined, source: undefined, id: undefined }
    const named = `the queue ${queue.url} can't be reached: connect ECONNREFUSED`
    await expect(sendEvents(queue, [event])).rejects.toThrow(named)
    await expect(queueDepth(queue)).rejects.toThrow(named)
  })
})
