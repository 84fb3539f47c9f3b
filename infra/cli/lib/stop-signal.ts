import { npmGone } from './npm-gone.ts'

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

export interface StopSignal {
  /** Settles with the exit status that a shell expects after the signal: 128 + its number. */
  readonly received: Promise<number>
}

/** Listens for Ctrl-C, for a terminal that closes, for what a supervisor sends, and for npm's end. */
export function stopSignal(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<number>()
  for (const [signal, number] of Object.entries(NUMBERS)) process.on(signal, () => resolve(128 + number))
  void npmGone().then(() => resolve(128 + NUMBERS.SIGTERM))
  return { received: promise }
}
