import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'

const ALGORITHM = 'RS256'

/** What a token says of its bearer. */
export interface TokenClaims {
  readonly sub: string
  /** Separated by spaces. */
  readonly scope: string
  /** Absent: an operator, or the platform. */
  readonly account?: string | undefined
  /** With `own:read`: the one user that it may see. */
  readonly user?: string | undefined
}

/** The local stand-in for a company's identity provider: keys of its own, kept in the data folder. */
export interface Issuer {
  readonly keySet: { readonly keys: readonly JWK[] }
  readonly token: (issuerUrl: string, audience: string, claims: TokenClaims, minutes?: number) => Promise<string>
}

const DAY_MINUTES = 24 * 60

export async function openIssuer(directory: string): Promise<Issuer> {
  const folder = join(directory, 'issuer')
  const path = join(folder, 'key.json')
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
    const key = { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: ALGORITHM, use: 'sig' }
    // Whole or not at all: a start that is killed in between must not leave half a key.
    writeFileSync(`${path}.new`, JSON.stringify(key), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  const key = JSON.parse(readFileSync(path, 'utf8')) as JWK & { readonly kid: string }
  const privateKey = await importJWK(key, ALGORITHM)
  const { kty, n, e, kid, alg, use } = key
  return {
    keySet: { keys: [{ kty, n, e, kid, alg, use } as JWK] },
    token: (issuerUrl, audience, claims, minutes = DAY_MINUTES) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: ALGORITHM, kid })
        .setIssuer(issuerUrl)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${minutes} minutes`)
        .sign(privateKey),
  }
}
