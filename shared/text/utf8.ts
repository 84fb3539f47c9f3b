const utf8 = new TextEncoder()

/** Bytes that a text takes as UTF-8. */
export const utf8Length = (text: string): number => utf8.encode(text).length
