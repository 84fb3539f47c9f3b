import { readFileSync } from 'node:fs'

/** Fails when the lock file names a download address besides the default registry's, or a package without its checksum. */
const REGISTRY = 'https://registry.npmjs.org/'

interface Locked {
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
const findings = Object.entries(packages).flatMap(([path, { resolved, integrity, link }]) => {
  if (path === '' || link) return []
  if (resolved !== undefined && !resolved.startsWith(REGISTRY)) return [`${path}: is downloaded from ${resolved}`]
  return integrity === undefined && resolved !== undefined ? [`${path}: has no checksum`] : []
})
for (const finding of findings) console.error(finding)
console.log(`${Object.keys(packages).length - 1} locked packages, ${findings.length} findings`)
process.exitCode = findings.length > 0 ? 1 : 0
