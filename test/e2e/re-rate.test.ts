import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessTo } from '../../infra/cli/lib/place.ts'
import { connectStack } from '../../infra/local/stack.ts'
import { type Command, launch, newFolder, removeFolder, run } from './command.ts'

const directory = newFolder()
let runner: Command

const card = (effectiveFrom: string, price: string) => ({
  effectiveFrom,
  note: `at ${price}`,
  rates: [{ service: 'openai/gpt-4o', meter: 'input_tokens', per: '1000000', price, currency: 'EUR' }],
})

beforeAll(async () => {
  runner = launch('start', ['--data', directory, '--no-demo'])
  await runner.says('To stop:')
  const stack = await connectStack(directory)
  const { api } = await accessTo(stack!, 'operator')
  await api.post('/v1/rate-cards', card('1970-01-01T00:00:00Z', '3000'), 'wrong')
  await api.post('/v1/rate-cards', card(new Date(Date.now() + 900_000).toISOString(), '3'), 'right')
  const quantities = { input_tokens: 1000 }
  const data = { user: 'u', category: 'text', service: 'openai/gpt-4o', quantities }
  for (const account of ['acme', 'blue']) await api.post('/v1/accounts', { account, name: account }, `open-${account}`)
  const events = ['acme', 'acme', 'blue'].map((subject) => ({ subject, data }))
  expect((await run('publish', ['-', '--data', directory], { input: JSON.stringify(events) })).status).toBe(0)
})

afterAll(async () => {
  runner.signal('SIGTERM')
  await runner.ended
  removeFolder(directory)
})

const reRate = (...args: string[]) => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  const order = ['--from', '2020-01-01', '--to', tomorrow, '--rate-card', '2', '--reason', 'a thousand times too dear']
  return run('re-rate', [...order, '--data', directory, ...args])
}

test('groschen re-rate shows the difference by account, writes it when told, once, and verify finds it right', {
  timeout: 120_000,
}, async () => {
  const dry = await reRate('--all')
  expect(dry.status, dry.stderr).toBe(0)
  expect(dry.stdout).toMatch(/acme +2 +2 +0 +6\.00 +0\.006 +\+5\.994\n/)
  expect(dry.stdout).toMatch(/all +3 +3 +0 +9\.00 +0\.009 +\+8\.991\n/)
  expect(dry.stdout).toContain('Nothing is written: that takes --apply. It would be 3 corrections.')

  const lastOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout.trimEnd().split('\n').at(-1)!)
  const all = { accounts: 2, charges: 3, leftAlone: 0, after: { eur: '0.009', credits: '0.9' } }
  expect(lastOf(await reRate('--all', '--apply', '--json'))).toMatchObject({ ...all, corrected: 3, dryRun: false })
  expect(lastOf(await reRate('--account', 'blue', '--account', 'acme', '--apply', '--json'))).toMatchObject({
    ...all,
    corrected: 0,
  })
  const verdict = lastOf(await run('verify', ['--data', directory, '--json']))
  expect(verdict).toMatchObject({ credited: '899.1', charged: '900', balance: '-0.9', violations: 0 })
})

test('groschen re-rate of a version that there is not says so', async () => {
  const { status, stderr } = await reRate('--account', 'acme', '--rate-card', '7')
  expect(stderr).toContain('there is no version 7')
  expect(status).toBe(1)
})
