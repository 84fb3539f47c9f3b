const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export interface StopSignal {
  /** Settles with the exit status that a shell expects after the signal: 128 + its number. */
  readonly received: Promise<number>
}

/** Listens for Ctrl-C and for what a supervisor sends. */
export function stopSignal(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<number>()
  const numbers = { SIGINT: 2, SIGTERM: 15 }
  for (const signal of SIGNALS) process.on(signal, () => resolve(128 + numbers[signal]))
  return { received: promise }
}
