/** Values of accounts that a process keeps between requests, up to a total size. The oldest go first. */
export class Warm<Value> {
  readonly #values = new Map<string, Value>()
  readonly #sizeOf: (value: Value) => number
  readonly #most: number

  /** @param most the largest sum of all sizes; a value larger than that is not kept */
  constructor(most: number, sizeOf: (value: Value) => number) {
    this.#most = most
    this.#sizeOf = sizeOf
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  /** Takes a value out. Until it is kept again, another caller starts without one. */
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
