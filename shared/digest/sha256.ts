import { hash } from 'node:crypto'

/** SHA-256 of the text's UTF-8 bytes. A pure function: the core's only use of a Node module (see shared/README.md). */
export const sha256 = (input: string | Uint8Array): Uint8Array => hash('sha256', input, 'buffer')

export const sha256Hex = (input: string | Uint8Array): string => hash('sha256', input, 'hex')

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Unpadded base64url of the first `length` bytes. */
export const toBase64Url = (bytes: Uint8Array, length: number): string =>
  Buffer.from(bytes.subarray(0, length)).toString('base64url')
