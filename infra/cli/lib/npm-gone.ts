import { readFileSync } from 'node:fs'

const POLL_MS = 200

/**
 * Settles when the npm that runs this process is gone.
 *
 * Whoever kills `npm start` kills npm, or the shell between npm and us; neither hands that on, and a runner that nobody
 * sees any more would hold the folder against the next start.
 */
export function npmGone(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (process.env['npm_lifecycle_event'] === undefined) return promise
  const parent = process.ppid
  const grandparent = isShell(parent) ? parentOf(parent) : undefined
  const timer = setInterval(() => {
    const isHere = process.ppid === parent && (grandparent === undefined || parentOf(parent) === grandparent)
    if (isHere) return
    clearInterval(timer)
    resolve()
  }, POLL_MS)
  timer.unref()
  return promise
}

/** Linux only; elsewhere the shell that npm starts becomes the command, and our parent is npm. */
const isShell = (pid: number): boolean => /^(?:sh|dash|bash|ash|zsh)$/.test(read(`/proc/${pid}/comm`).trim())

const parentOf = (pid: number): number | undefined => {
  const stat = read(`/proc/${pid}/stat`)
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
