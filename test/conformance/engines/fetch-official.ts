import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { OFFICIAL_FOLDER, OFFICIAL_VERSION } from './official.ts'

/**
 * `npm run dynamodb-local`: fetches Amazon's DynamoDB Local from Maven Central into node_modules/.cache.
 *
 * Needs Java 17 or newer and Maven. Only `npm run conformance` and `npm run bench -- designs` use it; nothing else does.
 */
const POM = fileURLToPath(new URL('dynamodb-local/pom.xml', import.meta.url))

for (const [tool, option] of [['java', '-version'] as const, ['mvn', '--version'] as const]) {
  if (spawnSync(tool, [option]).status === 0) continue
  console.error(`DynamoDB Local needs Java 17 or newer and Maven; there is no ${tool} on this machine`)
  process.exit(1)
}

const fetched = existsSync(OFFICIAL_FOLDER)
  ? { status: 0 }
  : spawnSync(
      'mvn',
      [
        ...['--batch-mode', '--quiet', '--file', POM],
        // Named with its version: whatever stands in a user's own settings, this plugin is the one that runs.
        'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
        ...['-DincludeScope=runtime', `-DoutputDirectory=${OFFICIAL_FOLDER}`],
      ],
      { stdio: 'inherit' },
    )
if (fetched.status !== 0) {
  console.error('DynamoDB Local could not be fetched from Maven Central; what Maven said stands above')
  process.exit(1)
}
console.log(`DynamoDB Local ${OFFICIAL_VERSION} is in ${OFFICIAL_FOLDER}`)
