export const chatLengths = ['short', 'medium', 'long'] as const

export type ChatLength = (typeof chatLengths)[number]

interface Tokens {
  readonly inputTokens: number
  readonly outputTokens: number
}

/**
 * What a chat takes, all its turns together.
 *
 * Source: seed page: `short` is its single chat with a short history, `long` one of its "longer chats (~8,000 tokens per
 * chat)"; `medium` is half way between.
 */
export const tokensOfLength: Readonly<Record<ChatLength, Tokens>> = {
  short: { inputTokens: 523, outputTokens: 1247 },
  medium: { inputTokens: 645, outputTokens: 4240 },
  long: { inputTokens: 767, outputTokens: 7233 },
}
