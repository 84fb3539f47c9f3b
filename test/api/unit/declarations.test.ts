import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const FILE = fileURLToPath(new URL('../../../shared/api/operations.ts', import.meta.url))

test('operations are declared without an SDK: the template, the tests and OpenAPI read them without one', async () => {
  const { metafile } = await build({
    entryPoints: [FILE],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
  })
  const packages = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[1] ?? [],
  )
  expect([...new Set(packages)].filter((name) => /^@aws|^@smithy|^@middy|^stripe|^hono/.test(name))).toEqual([])
})
