import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'

/**
 * Takes the wall clock, real randomness and real waiting away from everybody until the answer is called.
 *
 * A product that reached around its ports would make two runs of one seed differ; here it fails loudly instead.
 */
export function withoutRealWorld(): () => void {
  const refused = (what: string) => (): never => {
    throw new Error(`the simulation has no ${what}: it must come in through a port`)
  }
  const before = {
    Date: globalThis.Date,
    setTimeout: globalThis.setTimeout,
    setImmediate: globalThis.setImmediate,
    fetch: globalThis.fetch,
    random: Math.random,
    randomBytes: crypto.randomBytes,
    randomUUID: crypto.randomUUID,
    wait: timers.setTimeout,
  }
  class DateWithoutNow extends before.Date {
    constructor(...given: readonly number[]) {
      if (given.length === 0) refused('wall clock')()
      super(...(given as [number]))
    }
    static override now = refused('wall clock')
  }
  const set = (values: Readonly<Record<string, unknown>>): void => {
    const { Date: date, setTimeout, setImmediate, fetch, random, randomBytes, randomUUID, wait } = values
    Object.assign(globalThis, { Date: date, setTimeout, setImmediate, fetch })
    Math.random = random as typeof Math.random
    Object.assign(crypto, { randomBytes, randomUUID })
    Object.assign(timers, { setTimeout: wait })
    syncBuiltinESMExports()
  }
  set({
    Date: DateWithoutNow,
    setTimeout: refused('timer'),
    setImmediate: refused('timer'),
    fetch: refused('network'),
    random: refused('randomness'),
    randomBytes: refused('randomness'),
    randomUUID: refused('randomness'),
    wait: refused('timer'),
  })
  return () => set(before)
}
