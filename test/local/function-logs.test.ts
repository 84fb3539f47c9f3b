import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { failureLine } from '../../infra/cli/commands/start.ts'
import { type FunctionFailure, functionLogs } from '../../infra/local/lambda/function-logs.ts'

const directory = mkdtempSync(join(tmpdir(), 'groschen-logs-'))
afterAll(() => rmSync(directory, { recursive: true }))

const file = join(directory, 'logs', 'operator-api.log')
const request = { requestId: 'r-1', route: 'POST /v1/estimates' }

/** The line that our logger writes in a process of a function. */
function logged(level: 'error' | 'warn', message: string): string {
  const args = ['--input-type=module', '--eval', CODE, level, message]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return `${stdout}${stderr}`.trimEnd()
}

const CODE = `
  import { Logger } from '@aws-lambda-powertools/logger'
  const [level, message] = process.argv.slice(1)
  const error = new TypeError('x is no number\\nand more that belongs into the log')
  new Logger({ serviceName: 'operator-api' })[level](message, { error, ...${JSON.stringify(request)} })
`

function toldOf(...lines: readonly string[]): readonly FunctionFailure[] {
  const failures: FunctionFailure[] = []
  const logs = functionLogs(
    directory,
    () => undefined,
    (failure) => failures.push(failure),
  )
  for (const line of lines) logs.of('operator-api').line(line)
  return failures
}

describe('the log of a function', () => {
  test('tells an error with its first line, and keeps all of it', () => {
    const line = logged('error', 'a request failed')
    const what = 'a request failed: TypeError: x is no number'
    expect(toldOf(line)).toEqual([{ function: 'operator-api', what, ...request, file }])
    expect(readFileSync(file, 'utf8')).toContain('and more that belongs into the log')
  })

  test('tells no warning, and nothing that only speaks of errors', () => {
    const warning = logged('warn', 'given back to the caller')
    expect(
      toldOf(warning, 'plain text', '{"level":"INFO","message":"\\"level\\":\\"ERROR\\""}', '{"level":"ERROR"'),
    ).toEqual([])
  })
})

describe('the terminal', () => {
  test('says of a failed request its route, the error, its id and the file of the log', () => {
    const what = 'a request failed: TypeError: x is no number'
    expect(failureLine({ function: 'operator-api', what, ...request, file: '.groschen/logs/operator-api.log' })).toBe(
      'failed: POST /v1/estimates: a request failed: TypeError: x is no number (request r-1) -> .groschen/logs/operator-api.log',
    )
  })

  test('says of another function its name', () => {
    expect(failureLine({ function: 'top-up', what: 'timed out after 30 s', file: 'top-up.log' })).toBe(
      'failed: top-up: timed out after 30 s -> top-up.log',
    )
  })
})
