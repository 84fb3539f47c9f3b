/** What a process keeps of accounts from one request to the next, up to a size; those kept longest ago go first. */
export class Warm<Value> {
  readonly #values = new Map<string, Value>()
  readonly #sizeOf: (value: Value) => number
  readonly #most: number

  /** @param most what all sizes may come to; a value that is larger by itself is not kept */
  constructor(most: number, sizeOf: (value: Value) => number) {
    this.#most = most
    this.#sizeOf = sizeOf
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  /** Hands a value over: until it is kept again, another one begins anew. */
  take(key: string): Value | undefined {
    const value = this.#values.get(key)
    this.#values.delete(key)
    return value
  }

  keep(key: string, value: Value): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    let size = 0
    for (const one of this.#values.values()) size += this.#sizeOf(one)
    for (const [oldest, one] of this.#values) {
      if (size <= this.#most) break
      this.#values.delete(oldest)
      size -= this.#sizeOf(one)
    }
  }
}
