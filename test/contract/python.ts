import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url))

/** What the pinned version of schemathesis asks for. */
const PYTHON = { major: 3, minor: 11 } as const

/** The Python of this machine that is new enough; `undefined` where there is none. */
export function findPython(): string | undefined {
  const { major, minor } = PYTHON
  const isNewEnough = `import sys, venv; sys.exit(sys.version_info < (${major}, ${minor}))`
  return ['python3', 'python3.13', 'python3.12', 'python3.11'].find(
    (name) => spawnSync(name, ['-c', isNewEnough], { stdio: 'ignore' }).status === 0,
  )
}

export const WHAT_IS_NEEDED = `Python ${PYTHON.major}.${PYTHON.minor} or later with venv (as python3), and PyPI for the first run`

/**
 * The program `schemathesis` of the pinned version, in a virtual environment of its own under the user's cache; installed by the
 * first run.
 *
 * @throws when pip can't install it
 */
export function installSchemathesis(python: string, say: (line: string) => void): string {
  const wanted = readFileSync(REQUIREMENTS)
  const name = `schemathesis-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'groschen', name)
  const program = join(folder, 'bin', 'schemathesis')
  // Written last: an installation that was interrupted is begun again.
  const done = join(folder, 'installed')
  if (existsSync(done)) return program
  say(`Installs schemathesis into ${folder} …`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  execFileSync(python, ['-m', 'venv', folder], { stdio: 'inherit' })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', REQUIREMENTS]
  execFileSync(join(folder, 'bin', 'python'), pip, { stdio: 'inherit' })
  writeFileSync(done, '')
  return program
}
