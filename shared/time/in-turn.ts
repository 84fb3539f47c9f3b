/** Does work for a key once all earlier work for it has ended, in success or failure. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Turns within one process: calls that would race each other for a key wait instead. */
export function inTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = last.get(key)
    const own = before === undefined ? work() : before.then(work)
    const done = own.then(nothing, nothing)
    last.set(key, done)
    await done
    if (last.get(key) === done) last.delete(key)
    return await own
  }
}

const nothing = (): void => undefined
