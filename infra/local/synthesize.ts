import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The template could not be written; the message is what the CDK app said. */
export class SynthesisFailed extends Error {
  readonly code = 'local.synthesis-failed'
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

/** So that receipts on this machine have somebody to be from. */
const SELLER = { name: 'Groschen, on this machine', lines: ['127.0.0.1'] }

/** So that what is paid and what is credited differ on this machine, as they do where somebody sells. */
const PURCHASES = {
  ...{ amounts: ['100', '500', '1000', '5000'], least: '1', most: '50000', taxPercent: '19', fee: '0.35' },
  discounts: [
    { from: '500', percent: '2.5' },
    { from: '1000', percent: '5' },
  ],
}

/**
 * Runs the CDK app as `cdk.json` names it: the same template, and the same bundles, that are deployed.
 *
 * @returns the cloud assembly's folder
 * @throws SynthesisFailed
 */
export async function synthesize(directory: string): Promise<string> {
  const assembly = join(directory, 'cdk.out')
  const { app, context } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8')) as {
    app: string
    context?: object
  }
  const [, ...args] = app.split(' ')
  const child = spawn(process.execPath, args, {
    cwd: PROJECT,
    env: {
      // The CDK is large: compiled once, it loads faster the next time.
      NODE_COMPILE_CACHE: join(directory, 'compile-cache'),
      ...process.env,
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify({ purchases: PURCHASES, ...context, stage: 'local', seller: SELLER }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new SynthesisFailed(`the CDK app ended with status ${status}:\n${said}`)
  return assembly
}
