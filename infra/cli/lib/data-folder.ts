import { constants, existsSync } from 'node:fs'
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { misused } from './failure.ts'

/** Makes the folder if there is none. @throws Failure where no data can be written, before anything takes its time */
export async function makeDataFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw misused(`--data ${directory} ${whyNot(error as NodeJS.ErrnoException)}`)
  }
}

/** Makes nothing of a folder that was mistyped. @throws Failure where no stack ever kept its data */
export function requireData(directory: string): void {
  if (existsSync(join(directory, 'dynamodb')) && existsSync(join(directory, 'cdk.out', 'manifest.json'))) return
  throw misused(`${directory} holds no data of a stack; npm start -- --data ${directory} makes some`)
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'is a file, or lies in one; name a folder'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return "can't be written to; name another folder"
  return `can't be a folder for data: ${message}`
}

/** Reads a JSON file; `undefined` if there is none. */
export async function readJsonFile<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${path} can't be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** Writes it whole or not at all: a kill leaves the old one. */
export async function writeJsonFile(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.draft`
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(draft, path)
}

/** Reads a file that the caller named. @throws Failure */
export async function readInput(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: Error) => {
    throw misused(`${file} can't be read: ${error.message}`)
  })
}

/** Lines of a file that is still written; what follows the last newline comes later. */
export async function writtenLines(path: string): Promise<readonly string[]> {
  return (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(0, -1)
}
