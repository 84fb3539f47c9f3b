import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { publish } from '../../../infra/cli/commands/publish.ts'
import { replay } from '../../../infra/cli/commands/replay.ts'
import { start } from '../../../infra/cli/commands/start.ts'
import { groschen } from '../../../infra/cli/groschen.ts'
import { optionsOf } from './options-of.ts'

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const said = () =>
  vi
    .mocked(process.stderr.write)
    .mock.calls.map(([text]) => text)
    .join('')

describe('groschen publish, as it is', () => {
  test('asks for a queue and a token where an API is named', async () => {
    const queue = ['e.json', '--queue-url', 'https://sqs.eu-central-1.amazonaws.com/1/q']
    const named = [...queue, '--api-url', 'https://x']
    await expect(publish.parseAsync(named, { from: 'user' })).rejects.toThrow('--api-url needs --queue-url and --token')
  })

  test('names the option nearest to an unknown one, and all that there are', () => {
    expect(() => optionsOf(publish, ['e.json', '--queu-url', 'x'])).toThrow()
    expect(said()).toContain("unknown option '--queu-url'")
    expect(said()).toContain('Did you mean --queue-url?')
    expect(said()).toContain(
      '(options: --data, --stage, --token, --queue-url, --api-url, --json; --help explains them)',
    )
  })

  test('takes a data folder or a stage, not both', () => {
    expect(optionsOf(publish, ['-'])).toEqual({ file: '-', data: '.groschen', json: false })
    expect(optionsOf(publish, ['-', '--stage', 'prod', '--token', 't'])).toMatchObject({ stage: 'prod', token: 't' })
    expect(() => optionsOf(publish, ['-', '--stage', 'prod', '--data', 'x'])).toThrow('cannot be used with')
  })
})

describe('groschen start', () => {
  test('needs no options', () => {
    expect(optionsOf(start, [])).toEqual({ data: '.groschen', newPorts: false, exitAfterDemo: false, demo: true })
  })

  test('takes a folder, a port, and whether there is a demo', () => {
    expect(optionsOf(start, ['--data', 'x', '--port', '8080'])).toMatchObject({ data: 'x', port: 8080 })
    expect(optionsOf(start, ['--no-demo'])).toMatchObject({ demo: false })
    expect(optionsOf(start, ['--exit-after-demo'])).toMatchObject({ exitAfterDemo: true, demo: true })
  })

  test.each([
    ['--port', '0'],
    ['--port', '65536'],
    ['--port', '80a'],
    ['--prot', '80'],
    ['extra'],
    ['--exit-after-demo', '--no-demo'],
  ])('refuses %s %s', (...argv) => {
    expect(() => optionsOf(start, argv)).toThrow()
  })

  test('says why it does not work on a deployed stage', () => {
    expect(() => optionsOf(start, ['--stage', 'prod'])).toThrow('npx cdk deploy --context stage=NAME deploys a stage')
  })
})

describe('groschen replay', () => {
  test('needs a file only', () => {
    expect(optionsOf(replay, ['calls.csv'])).toEqual({
      file: 'calls.csv',
      data: '.groschen',
      at: 'original',
      ids: 'bound',
      json: false,
      account: 'trace',
      service: 'openai/gpt-4o',
      user: 'trace',
      timeColumn: 'TIMESTAMP',
      inputColumn: 'ContextTokens',
      outputColumn: 'GeneratedTokens',
    })
  })

  test.each([[[]], [['a.csv', '--at', 'noon']], [['a.csv', '--ids', 'random']], [['a.csv', 'b.csv']]])(
    'refuses %j',
    (argv) => {
      expect(() => optionsOf(replay, argv)).toThrow()
    },
  )
})

describe('groschen', () => {
  const called = async (...argv: string[]) => await (await groschen(argv)).parseAsync(argv, { from: 'user' })

  test('names the command nearest to an unknown one', async () => {
    await expect(called('verfy')).rejects.toThrow("unknown command 'verfy'")
    expect(said()).toContain('Did you mean verify?')
  })

  test('lists every command, and what a status means', async () => {
    const help = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    await expect(called('help')).rejects.toThrow()
    await expect(called('help', 'token')).rejects.toThrow()
    const text = help.mock.calls.map(([one]) => one).join('')
    expect(text).toMatch(/\n {2}re-rate +put right/)
    expect(text).toContain('2        called wrongly')
    expect(text).toContain('Usage: groschen token [options]')
    expect(text).toContain('--member <user>')
  })

  test.each(['bash', 'zsh', 'fish'])('writes a completion script for %s', async (shell) => {
    const log = vi.spyOn(console, 'log').mockReturnValue(undefined)
    await called('completion', shell)
    expect(log.mock.calls.join()).toContain('groschen complete --')
  })

  test('completes commands, and the options of one', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue(undefined)
    await called('complete', '--', 're')
    await called('complete', '--', 'redrive', '--re')
    const words = log.mock.calls.map(([line]) => String(line).split('\t')[0])
    expect(words).toEqual(expect.arrayContaining(['re-rate', 'rebuild', 'replay', '--reason']))
  })
})
