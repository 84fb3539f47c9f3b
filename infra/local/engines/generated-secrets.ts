import { randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SecretPlan } from './protocol.ts'

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** The secrets that the template has Secrets Manager make up: made once, and kept in `secrets.json`. By ARN. */
export function generatedSecrets(directory: string, secrets: readonly SecretPlan[]): ReadonlyMap<string, string> {
  const path = join(directory, 'secrets.json')
  const kept = read(path)
  const made = secrets.flatMap(({ arn, characters }) =>
    characters === undefined ? [] : [[arn, kept[arn] ?? randomText(characters)] as const],
  )
  writeFileSync(path, JSON.stringify(Object.fromEntries(made)), { mode: 0o600 })
  return new Map(made)
}

const randomText = (characters: number): string =>
  Array.from({ length: characters }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('')

function read(path: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>
  } catch {
    return {}
  }
}
