/**
 * What is counted, as exclusive pools: a cached token is not also an input token (contracts, "Usage event").
 *
 * The order is part of the page format: a meter is stored as its place in this list. Append only.
 */
export const meters = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'input_audio_tokens',
  'output_audio_tokens',
  'images',
  'characters',
  'seconds',
  'pages',
  'calls',
  'tool_calls',
  'workflow_steps',
  'runs',
] as const

export type Meter = (typeof meters)[number]

/** `counted`: a whole number of things. `measured`: what an instrument reads, with a fraction. */
type Kind = 'counted' | 'measured'

const kinds: Readonly<Record<Meter, Kind>> = {
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
}

export const isMeasured = (meter: Meter): boolean => kinds[meter] === 'measured'

/** The order is part of the page format. Append only. */
export const categories = ['text', 'image', 'api', 'other'] as const

export type Category = (typeof categories)[number]
