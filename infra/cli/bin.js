#!/usr/bin/env node
// Runs groschen on the Node that comes with the packages; this machine's may be too old for TypeScript.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packaged = createRequire(import.meta.url).resolve('node/package.json')
const { version } = createRequire(import.meta.url)(packaged)
if (process.version === `v${version}`) {
  const { runGroschen } = await import('./groschen.ts')
  await runGroschen()
} else {
  const folder = join(dirname(packaged), 'bin')
  const node = ['node', 'node.exe'].map((name) => join(folder, name)).find((file) => existsSync(file))
  if (node === undefined) throw new Error(`there is no Node in ${folder}: run npm ci in the folder of this file`)
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches the child too; what is sent to this process alone is handed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (status, signal) => (signal === null ? process.exit(status) : process.kill(process.pid, signal)))
}
