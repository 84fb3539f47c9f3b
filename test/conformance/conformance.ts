import { startVitest } from 'vitest/node'
import { startOfficial } from './engines/official.ts'
import { OFFICIAL_ENDPOINT } from './engines/under-test.ts'

/**
 * `npm run conformance`: the tests of this folder on Amazon's DynamoDB Local.
 *
 * Needs Java, and `npm run dynamodb-local` to have fetched it. `npm test` runs the same tests on the embedded engine.
 */
const engine = await startOfficial()
try {
  process.env[OFFICIAL_ENDPOINT] = engine.endpoint
  const vitest = await startVitest('test', ['test/conformance'], { watch: false })
  await vitest.close()
} finally {
  await engine.stop()
}
