import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

/** Quality 4: the knee of time against size (performance, "Encoding a page"). */
const QUALITY = 4

/** Packs text with brotli. The bytes vary by brotli's version: hash what was written, never what could be. */
export function pack(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}

/** @throws Error when the bytes are no brotli, or unpack to more than `atMost` bytes */
export const unpack = (bytes: Uint8Array, atMost: number): string =>
  brotliDecompressSync(bytes, { maxOutputLength: atMost }).toString()
