import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keptPorts } from '../../infra/local/kept-ports.ts'
import { temporary } from './temporary.ts'

/** Another program that listens there. */
async function occupy(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
}

describe('the ports of a data folder', () => {
  test('are the same the next time, each another one', async () => {
    const directory = temporary()
    const first = await keptPorts(directory, {})
    expect(await keptPorts(directory, {})).toEqual(first)
    expect(new Set(Object.values(first)).size).toBe(9)
    expect(JSON.parse(readFileSync(join(directory, 'ports.json'), 'utf8'))).toEqual(first)
  })

  test('are none of those that the system gives to connections', async () => {
    for (const port of Object.values(await keptPorts(temporary(), {}))) {
      expect(port).toBeGreaterThanOrEqual(20_000)
      expect(port).toBeLessThan(30_000)
    }
  })

  test('keep the port of the API that was asked for', async () => {
    const directory = temporary()
    const [api] = Object.values(await keptPorts(temporary(), {}))
    expect(await keptPorts(directory, { api })).toMatchObject({ api })
    expect(await keptPorts(directory, {})).toMatchObject({ api })
  })

  test('are not changed in silence where another program has one: it is said, with the flag', async () => {
    const directory = temporary()
    const first = await keptPorts(directory, {})
    await occupy(first.queues)
    await expect(keptPorts(directory, {})).rejects.toThrow(
      `port ${first.queues} (queues) is in use; stop what has it, or npm start -- --new-ports takes free ones`,
    )
    const again = await keptPorts(directory, { areNew: true })
    expect(again.queues).not.toBe(first.queues)
    expect(await keptPorts(directory, {})).toEqual(again)
    await occupy(again.api)
    await expect(keptPorts(directory, {})).rejects.toThrow(
      `port ${again.api} (api) is in use; stop what has it, or npm start -- --port <n> takes another`,
    )
  })

  test('that can not be read are chosen again', async () => {
    const directory = temporary()
    for (const text of ['{"api":', '{"api":"80"}', '{"api":70000}', '[]', 'null']) {
      writeFileSync(join(directory, 'ports.json'), text)
      expect((await keptPorts(directory, {})).api).toBeGreaterThanOrEqual(20_000)
    }
  })
})
