/** Go's limit of counted repetitions, those inside one another multiplied. */
const MOST_REPEATED = 1000

/**
 * What keeps a pattern from meaning the same in ECMA-262 (with and without the flag `u`), Python's `re` and Go's RE2; `undefined`:
 * nothing. The grammar is the part that all of them share, and no more of it than we use:
 *
 *     pattern = "^" choice "$"
 *     choice  = piece* ("|" piece*)*
 *     piece   = (character | class | "(?:" choice ")") ("*" | "+" | "?" | "{n}" | "{n,m}")?
 *     class   = "[" "^"? (character | character "-" character)+ "-"? "]"
 *
 * Characters are printable ASCII, special ones behind a backslash, or `\xHH`. So there is no `\d` and `\w` (in Python they have
 * digits and letters of every script), no `\p{…}`, `\u…`, `.`, lookaround, named group, back reference or lazy repetition. What
 * `[^…]` matches is not counted: a character outside the basic plane counts twice without `u`.
 */
export function patternFault(pattern: string): string | undefined {
  const reader = new Reader(pattern)
  try {
    reader.pattern()
    return undefined
  } catch (error) {
    return error instanceof Fault ? `${error.message} at ${reader.at} of ${pattern}` : String(error)
  }
}

class Fault extends Error {}

const ESCAPED = /^\\(?:[.*+?^$/()[\]{}|\\-]|x[0-9a-f]{2})/
const IN_CLASS = /^[!"#$%'()*+,./:;<=>?@A-Z^_`a-z{}~|0-9 &]/
const LITERAL = /^[ !"#%&',/:;<=>@A-Z_`a-z0-9~-]/
const REPEATED = /^(?:[*+?]|\{([0-9]+)(?:,([0-9]+))?\})/

class Reader {
  at = 0
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }

  pattern(): void {
    this.#expect('^')
    this.#choice(1)
    this.#expect('$')
    if (this.at < this.#text.length) throw new Fault('something behind the end')
  }

  #choice(repeated: number): void {
    do while (this.#piece(repeated));
    while (this.#take(/^\|/) !== undefined)
  }

  #piece(repeated: number): boolean {
    const begin = this.at
    if (this.#take(/^\(\?:/) !== undefined) {
      // Read twice: how often it repeats stands behind it.
      this.#choice(1)
      this.#expect(')')
      const times = repeated * this.#repetition(true)
      const end = this.at
      this.at = begin + 3
      this.#choice(times)
      this.at = end
      return this.#bounded(times)
    }
    const isNegated = this.#class()
    if (isNegated === undefined && this.#take(ESCAPED) === undefined && this.#take(LITERAL) === undefined) return false
    return this.#bounded(repeated * this.#repetition(isNegated !== true))
  }

  #bounded(times: number): true {
    if (times > MOST_REPEATED) throw new Fault(`more than ${MOST_REPEATED} repetitions`)
    return true
  }

  /** @returns how often at most, of what is counted */
  #repetition(mayCount: boolean): number {
    const text = this.#take(REPEATED)
    if (text === undefined) return 1
    const [, least, most = least] = REPEATED.exec(text) ?? []
    if (this.#take(/^[*+?{]/) !== undefined) throw new Fault('a repetition of a repetition')
    if (least === undefined) return 1
    if (!mayCount) throw new Fault('a counted class of all but some')
    if (Number(least) > Number(most)) throw new Fault('bounds in the wrong order')
    return Math.max(1, Number(most))
  }

  /** @returns whether it is of all but some; `undefined`: it is no class */
  #class(): boolean | undefined {
    if (this.#take(/^\[/) === undefined) return undefined
    const isNegated = this.#take(/^\^/) !== undefined
    const begin = this.at
    for (let from = this.#member(); from !== undefined; from = this.#member()) {
      if (this.#take(/^-(?!\])/) === undefined) continue
      const to = this.#member()
      if (to === undefined || to < from) throw new Fault('a range without an end')
    }
    if (this.at === begin) throw new Fault('an empty class')
    this.#take(/^-/)
    if (/&&|\|\||~~|--/.test(this.#text.slice(begin, this.at))) throw new Fault('what may be an operation of sets')
    this.#expect(']')
    return isNegated
  }

  #member(): string | undefined {
    const text = this.#take(ESCAPED) ?? this.#take(IN_CLASS)
    if (text === undefined || !text.startsWith('\\')) return text
    return text[1] === 'x' ? String.fromCharCode(Number.parseInt(text.slice(2), 16)) : text[1]
  }

  #take(what: RegExp): string | undefined {
    const found = what.exec(this.#text.slice(this.at))?.[0]
    this.at += found?.length ?? 0
    return found
  }

  #expect(character: string): void {
    if (this.#text[this.at] !== character) throw new Fault(`expected ${character}`)
    this.at += 1
  }
}
