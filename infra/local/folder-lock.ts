import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FolderInUse } from './errors.ts'

interface Holder {
  readonly pid: number
  /** When that process began, in the kernel's ticks: a pid that was given again is another process. */
  readonly began: string
}

/**
 * Takes a data folder for this process alone; the lock of a process that is gone is taken over.
 *
 * @returns what lets it go again
 * @throws FolderInUse
 */
export function lockFolder(directory: string): () => void {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'lock')
  const own: Holder = { pid: process.pid, began: beginOf(process.pid) }
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(own), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = holderOf(directory)
    if (holder !== undefined) throw new FolderInUse(directory, holder)
    rmSync(path, { force: true })
  }
}

/** The process that holds the folder; `undefined` where none does any more. */
export function holderOf(directory: string): number | undefined {
  const holder = readHolder(directory)
  return holder !== undefined && isAlive(holder.pid) && beginOf(holder.pid) === holder.began ? holder.pid : undefined
}

function readHolder(directory: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'lock'), 'utf8')) as Holder
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Linux tells when a process began; elsewhere the pid alone must do. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
