/** AWS: an item holds 400 KB. The rest is for other attributes, and for another brotli version that packs less. */
const PIECE_BYTES = 300 * 1024

/** Bytes as pieces that fit into an item each, in order; at least one. */
export const piecesOf = (bytes: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: Math.max(1, Math.ceil(bytes.length / PIECE_BYTES)) }, (_, place) =>
    bytes.subarray(place * PIECE_BYTES, (place + 1) * PIECE_BYTES),
  )
