/** `counted`: a whole number. `measured`: a reading with a fraction. */
type Kind = 'counted' | 'measured'

/**
 * The meters, as exclusive pools: a cached token is not also an input token (contracts, "Usage event").
 *
 * The order is part of the page format: a meter is stored as its place in this list. Append only.
 */
const kinds = {
  input_tokens: 'counted',
  cached_input_tokens: 'counted',
  cache_write_5m_tokens: 'counted',
  cache_write_1h_tokens: 'counted',
  output_tokens: 'counted',
  reasoning_tokens: 'counted',
  input_audio_tokens: 'counted',
  output_audio_tokens: 'counted',
  images: 'counted',
  characters: 'counted',
  seconds: 'measured',
  pages: 'measured',
  calls: 'counted',
  tool_calls: 'counted',
  workflow_steps: 'counted',
  runs: 'counted',
} as const satisfies Readonly<Record<string, Kind>>

export type Meter = keyof typeof kinds

export const meters = Object.keys(kinds) as readonly Meter[]

export const isMeasured = (meter: Meter): boolean => kinds[meter] === 'measured'

/** The order is part of the page format. Append only. */
export const categories = ['text', 'image', 'api', 'other'] as const

export type Category = (typeof categories)[number]
