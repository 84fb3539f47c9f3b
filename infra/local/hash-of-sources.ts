import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

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
