import type { Meter } from '../../../../shared/usage/meters.ts'

/** What a price of genai-prices is for, in our words. */
export interface KnownKey {
  readonly meter: Meter
  readonly per: string
  readonly variant?: Readonly<Record<string, string>>
}

const MILLION = '1000000'
const THOUSAND = '1000'
const HOUR_OF_SECONDS = '3600'

/**
 * Keys of genai-prices whose prices we can charge by.
 *
 * Searches are tool calls of a variant: a plain rate for `tool_calls` of a model would hide the platform's own.
 */
export const KNOWN_KEYS: Readonly<Record<string, KnownKey>> = {
  input_mtok: { meter: 'input_tokens', per: MILLION },
  output_mtok: { meter: 'output_tokens', per: MILLION },
  cache_read_mtok: { meter: 'cached_input_tokens', per: MILLION },
  cache_write_mtok: { meter: 'cache_write_5m_tokens', per: MILLION },
  cache_write_1h_mtok: { meter: 'cache_write_1h_tokens', per: MILLION },
  output_reasoning_mtok: { meter: 'reasoning_tokens', per: MILLION },
  input_audio_mtok: { meter: 'input_audio_tokens', per: MILLION },
  output_audio_mtok: { meter: 'output_audio_tokens', per: MILLION },
  audio_hours: { meter: 'seconds', per: HOUR_OF_SECONDS },
  input_document_kpages: { meter: 'pages', per: THOUSAND },
  input_annotated_document_kpages: { meter: 'pages', per: THOUSAND, variant: { annotated: 'yes' } },
  requests_kcount: { meter: 'calls', per: THOUSAND },
  web_searches_kcount: { meter: 'tool_calls', per: THOUSAND, variant: { tool: 'web-search' } },
  storage_searches_kcount: { meter: 'tool_calls', per: THOUSAND, variant: { tool: 'file-search' } },
}

/** The same price under another name, where both stand. */
export const SAME_AS: Readonly<Record<string, string>> = { input_audio_hours: 'audio_hours' }

/** All that goes in, cached or not: what the list's tiers are reached by, whatever they price. */
export const INPUT_METERS: readonly Meter[] = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'input_audio_tokens',
]
