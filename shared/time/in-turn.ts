/** Does work for a key once all work given for it before is done, whatever became of that. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Turns of one process: what would only race with itself waits instead. */
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
