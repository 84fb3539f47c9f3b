/** AWS, SendMessage: `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`; the others are refused. */
const REFUSED = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/**
 * Lets the queue engine take every character that SQS takes.
 *
 * fauxqs 2.4.1 looks at halves of surrogate pairs, and so refuses what lies beyond the first plane: emoji, rare Chinese
 * characters. It has one pattern for all the ways a message comes in; in its place ours is asked.
 *
 * @throws Error when the engine has no such pattern any more: look whether it takes these characters by now
 */
export async function takeEveryCharacter(): Promise<void> {
  const types: unknown = await import(new URL('./sqs/sqsTypes.js', import.meta.resolve('fauxqs')).href)
  const { INVALID_MESSAGE_BODY_CHAR: pattern } = types as { readonly INVALID_MESSAGE_BODY_CHAR?: unknown }
  if (!(pattern instanceof RegExp)) throw new Error('fauxqs has no INVALID_MESSAGE_BODY_CHAR: is this still needed?')
  pattern.test = (text) => REFUSED.test(text)
}
