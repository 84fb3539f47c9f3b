import { constants, existsSync } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
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

/** Nothing is made of a folder that was mistyped. @throws Failure where no stack ever kept its data */
export function requireData(directory: string): void {
  if (existsSync(join(directory, 'dynamodb')) && existsSync(join(directory, 'cdk.out', 'manifest.json'))) return
  throw misused(`${directory} holds no data of a stack; npm start -- --data ${directory} makes some`)
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'is a file, or lies in one; name a folder'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return "can't be written to; name another folder"
  return `can't be a folder for data: ${message}`
}
