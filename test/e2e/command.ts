import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

export interface Ended {
  /** `undefined` after a signal. */
  readonly status: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** A command of ours, in a process of its own. */
export interface Command {
  readonly ended: Promise<Ended>
  /** Waits until it has said this. @throws Error with all it said when it ends before */
  readonly says: (text: string) => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
}

interface Surroundings {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** A file that gets all it says. */
  readonly output?: number
}

/** Starts `groschen NAME`; the test ends it. */
export function launch(
  name: string,
  args: readonly string[] = [],
  { input = '', env = {}, output }: Surroundings = {},
): Command {
  const child = spawn(process.execPath, [join('infra', 'cli', 'bin.js'), name, ...args], {
    cwd: PROJECT,
    stdio: ['pipe', output ?? 'pipe', output ?? 'pipe'],
    env: { ...process.env, ...env },
  })
  child.stdin?.end(input)
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ status: code ?? undefined, ...said }))
  })
  return { ended, says: (text) => saying(child, said, text), signal: (signal) => child.kill(signal) }
}

export const run = (...command: Parameters<typeof launch>): Promise<Ended> => launch(...command).ended

function saying(child: ChildProcess, said: { stdout: string; stderr: string }, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (said.stdout.includes(text)) resolve()
    }
    child.stdout?.on('data', look)
    child.on('close', () => reject(new Error(`it ended without saying ${text}:\n${said.stdout}\n${said.stderr}`)))
    look()
  })
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'groschen-e2e-'))

export const removeFolder = (directory: string): void => rmSync(directory, { recursive: true, force: true })
