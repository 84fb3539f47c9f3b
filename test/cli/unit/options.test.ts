import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readPublishOptions } from '../../../infra/cli/lib/publish/publish-options.ts'
import { readReplayOptions } from '../../../infra/cli/lib/replay/replay-options.ts'
import { readStartOptions } from '../../../infra/cli/lib/start-options.ts'

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('npm start', () => {
  test('needs no options', () => {
    expect(readStartOptions([])).toEqual({
      data: '.groschen',
      port: undefined,
      newPorts: false,
      exitAfterDemo: false,
      demo: true,
    })
  })

  test('takes a folder, a port, and whether there is a demo', () => {
    expect(readStartOptions(['--data', 'x', '--port', '8080'])).toMatchObject({ data: 'x', port: 8080 })
    expect(readStartOptions(['--no-demo'])).toMatchObject({ demo: false })
    expect(readStartOptions(['--exit-after-demo'])).toMatchObject({ exitAfterDemo: true, demo: true })
  })

  test.each([
    ['--port', '0'],
    ['--port', '65536'],
    ['--port', '80a'],
    ['--prot', '80'],
    ['extra'],
    ['--exit-after-demo', '--no-demo'],
  ])('refuses %s %s', (...argv) => {
    expect(() => readStartOptions(argv)).toThrow()
  })
})

test('an unknown option is told with the nearest one and all that there are', () => {
  expect(() => readPublishOptions(['e.json', '--queu-url', 'x'])).toThrow()
  const said = vi
    .mocked(process.stderr.write)
    .mock.calls.map(([text]) => text)
    .join('')
  expect(said).toContain("unknown option '--queu-url'")
  expect(said).toContain('Did you mean --queue-url?')
  expect(said).toContain('(options: --data, --queue-url, --api-url, --token; --help explains them)')
})

describe('npm run replay', () => {
  test('needs a file only', () => {
    expect(readReplayOptions(['calls.csv'])).toEqual({
      file: 'calls.csv',
      data: '.groschen',
      at: 'original',
      ids: 'bound',
      json: false,
      account: 'trace',
      service: 'openai/gpt-4o',
      user: 'trace',
      columns: { time: 'TIMESTAMP', input: 'ContextTokens', output: 'GeneratedTokens' },
    })
  })

  test.each([[[]], [['a.csv', '--at', 'noon']], [['a.csv', '--ids', 'random']], [['a.csv', 'b.csv']]])(
    'refuses %j',
    (argv) => {
      expect(() => readReplayOptions(argv)).toThrow()
    },
  )
})

describe('npm run publish', () => {
  test('reads standard input where a - stands', () => {
    expect(readPublishOptions(['-'])).toMatchObject({ file: '-', data: '.groschen', queueUrl: undefined })
  })

  test('asks for a token where a deployed API is named', () => {
    const queue = ['e.json', '--queue-url', 'https://sqs.eu-central-1.amazonaws.com/1/q']
    expect(readPublishOptions(queue)).toMatchObject({ apiUrl: undefined })
    expect(() => readPublishOptions([...queue, '--api-url', 'https://x'])).toThrow()
    expect(readPublishOptions([...queue, '--api-url', 'https://x', '--token', 't'])).toMatchObject({ token: 't' })
  })
})
