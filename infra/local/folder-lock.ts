import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
 * @param name the lock's file in the folder
 * @returns what lets it go again
 * @throws FolderInUse
 */
export function lockFolder(directory: string, name = 'lock'): () => void {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, name)
  const own = `${path}.${process.pid}-${crypto.randomUUID()}`
  writeFileSync(own, JSON.stringify({ pid: process.pid, began: beginOf(process.pid) } satisfies Holder))
  try {
    while (!linked(own, path)) {
      const holder = readHolder(path)
      if (holder !== undefined && isRunning(holder)) throw new FolderInUse(directory, holder.pid)
      removeStale(directory, path, holder)
    }
  } finally {
    rmSync(own, { force: true })
  }
  return () => rmSync(path, { force: true })
}

/** The process that holds the folder; `undefined` where none does any more. */
export function holderOf(directory: string, name = 'lock'): number | undefined {
  const holder = readHolder(join(directory, name))
  return holder !== undefined && isRunning(holder) ? holder.pid : undefined
}

/** A hard link appears whole or not at all: a reader never sees half a lock. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/** Two may find the same stale lock: the slower one must not remove the lock that the faster one made since. */
function removeStale(directory: string, path: string, stale: Holder | undefined): void {
  const aside = `${path}.stale-${crypto.randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = readHolder(aside)
  const isOther = moved !== undefined && (moved.pid !== stale?.pid || moved.began !== stale.began)
  if (isOther) linked(aside, path)
  rmSync(aside, { force: true })
  if (isOther) throw new FolderInUse(directory, moved.pid)
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

const isRunning = ({ pid, began }: Holder): boolean => isAlive(pid) && beginOf(pid) === began

/** Whether a process with this id runs. */
export function isAlive(pid: number): boolean {
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
