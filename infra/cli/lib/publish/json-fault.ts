export interface JsonFault {
  /** From 1, both. */
  readonly line: number
  readonly column: number
  /** The beginning of what stands there; empty where the text ends too early. */
  readonly found: string
}

const SHOWN_CHARACTERS = 30

/** One token and the spaces before it: a mark, a string, or a number or word. */
const TOKEN =
  /[ \t\r\n]*(?:([{}[\]:,])|("[ !#-[\]-\u{10ffff}]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\u{10ffff}]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/uy
const SPACES = /[ \t\r\n]*/y

/** Where a text stops being JSON: `JSON.parse` tells that of some faults only. `undefined` for a text that is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  const at = faultPlace(text)
  if (at === undefined) return undefined
  const lines = text.slice(0, at).split('\n')
  const found = text.slice(at, at + SHOWN_CHARACTERS).split('\n')[0] ?? ''
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1, found: found.trim() }
}

/** What may come next; `first`: also the end of what was opened just before. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma'

function faultPlace(text: string): number | undefined {
  const open: string[] = []
  let expected: Expected = 'value'
  for (let at = 0; ; at = TOKEN.lastIndex) {
    SPACES.lastIndex = at
    SPACES.test(text)
    const begin = SPACES.lastIndex
    if (expected === 'comma' && open.length === 0) return begin === text.length ? undefined : begin
    TOKEN.lastIndex = at
    const [, mark, string] = TOKEN.exec(text) ?? []
    if (TOKEN.lastIndex === 0) return begin
    const next = step(expected, mark ?? (string === undefined ? 'word' : 'string'), open)
    if (next === undefined) return begin
    expected = next
  }
}

/** @param open what is open, changed here */
function step(expected: Expected, token: string, open: string[]): Expected | undefined {
  const isKey = expected === 'key' || expected === 'first key'
  if (token === '}' || token === ']') {
    const isHere = expected === 'comma' || expected === (token === '}' ? 'first key' : 'first value')
    return isHere && open.pop() === (token === '}' ? '{' : '[') ? 'comma' : undefined
  }
  if (expected === 'comma') {
    if (token !== ',') return undefined
    return open.at(-1) === '{' ? 'key' : 'value'
  }
  if (isKey) return token === 'string' ? 'colon' : undefined
  if (expected === 'colon') return token === ':' ? 'value' : undefined
  if (token === '{' || token === '[') {
    open.push(token)
    return token === '{' ? 'first key' : 'first value'
  }
  return token === 'string' || token === 'word' ? 'comma' : undefined
}
