import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DAY_MS } from '../../shared/time/instant.ts'

/** The template could not be written; the message is what the CDK app said. */
class SynthesisFailed extends Error {
  readonly code = 'local.synthesis-failed'
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

/** Where tools keep what they can make again. */
const KEPT = join(PROJECT, 'node_modules', '.cache', 'groschen')
const KEPT_DAYS = 7

/** The seller on this machine's receipts. */
const SELLER = { name: 'Groschen, on this machine', lines: ['127.0.0.1'] }

/** Tax and fee on this machine, so that the amounts paid and credited differ, as they do on a real stage. */
const PURCHASES = {
  amounts: ['100', '500', '1000', '5000'],
  least: '1',
  most: '50000',
  taxPercent: '19',
  fee: '0.35',
  discounts: [
    { from: '500', percent: '2.5' },
    { from: '1000', percent: '5' },
  ],
}

/**
 * Runs the CDK app as `cdk.json` names it: the same template, and the same bundles, that are deployed. An assembly is kept: where no
 * source has changed since, it is copied.
 *
 * @returns the cloud assembly's folder, `cdk.out` in the directory
 * @throws SynthesisFailed
 */
export async function synthesize(directory: string): Promise<string> {
  const assembly = join(directory, 'cdk.out')
  const settings = readFileSync(join(PROJECT, 'cdk.json'), 'utf8')
  const { app, context } = JSON.parse(settings) as { readonly app: string; readonly context?: object }
  const given = JSON.stringify({ purchases: PURCHASES, ...context, stage: 'local', seller: SELLER })
  const kept = join(KEPT, hashOfSources(PROJECT, given))
  rmSync(assembly, { recursive: true, force: true })
  if (existsSync(kept)) {
    cpSync(kept, assembly, { recursive: true })
    return assembly
  }
  await runApp(app, directory, { CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: given })
  keep(assembly, kept)
  return assembly
}

/** @throws SynthesisFailed */
async function runApp(app: string, directory: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const [, ...args] = app.split(' ')
  const child = spawn(process.execPath, args, {
    cwd: PROJECT,
    // The CDK is large: compiled once, it loads faster the next time.
    env: { NODE_COMPILE_CACHE: join(directory, 'compile-cache'), ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new SynthesisFailed(`the CDK app ended with status ${status}:\n${said}`)
}

/** Another process may keep the same at the same time: the first one stays. Where it can't be kept, the next start makes it again. */
function keep(assembly: string, kept: string): void {
  const copy = `${kept}.${process.pid}`
  try {
    dropOld()
    cpSync(assembly, copy, { recursive: true })
    renameSync(copy, kept)
  } catch {
    rmSync(copy, { recursive: true, force: true })
  }
}

function dropOld(): void {
  mkdirSync(KEPT, { recursive: true })
  for (const name of readdirSync(KEPT)) {
    const path = join(KEPT, name)
    if (Date.now() - statSync(path).mtimeMs > KEPT_DAYS * DAY_MS) rmSync(path, { recursive: true, force: true })
  }
}

/**
 * SHA-256 of all that a cloud assembly is made of: the sources, the packages in the lock file, the version of Node, the context.
 *
 * @param project the folder of the sources
 */
export function hashOfSources(project: string, context: string): string {
  const files = globSync(['package-lock.json', 'cdk.json', '{infra,functions,shared}/**/*'], {
    cwd: project,
    withFileTypes: true,
  })
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  const hash = createHash('sha256').update(`${process.version}\0${context}`)
  for (const path of paths.sort()) hash.update(`\0${path}\0`).update(readFileSync(path))
  return hash.digest('hex')
}
