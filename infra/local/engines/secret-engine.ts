import { randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, answer, boundary, deny } from './access.ts'
import { type Listening, listen } from './listen.ts'
import type { SecretPlan } from './protocol.ts'

/** The part of Secrets Manager that functions use: GetSecretValue of the template's secrets. */
export async function startSecretEngine(
  secrets: ReadonlyMap<string, string>,
  isAllowed: Access,
  port: number,
): Promise<Listening> {
  const server = boundary(({ accessKeyId, operation, input }, _, response) => {
    const arn = String(input['SecretId'])
    if (operation !== 'GetSecretValue')
      return answer(response, 400, { __type: 'UnknownOperationException', message: operation })
    if (!isAllowed(accessKeyId, 'secretsmanager:GetSecretValue', arn))
      return deny(response, accessKeyId, 'secretsmanager:GetSecretValue', arn)
    const SecretString = secrets.get(arn)
    if (SecretString === undefined)
      return answer(response, 400, { __type: 'ResourceNotFoundException', message: `no secret ${arn}` })
    answer(response, 200, { ARN: arn, SecretString })
  })
  return await listen(server, port)
}

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
