/** The floors, the lowest first: a floor imports itself and what is below it. */
export const FLOORS = ['shared', 'functions', 'infra', 'test'] as const

/** The rooms of `shared/`, the lowest first: a room imports itself and what is below it. */
export const ROOMS = [
  'text',
  'errors',
  'money',
  'time',
  'digest',
  'usage',
  'payments',
  'aws',
  'events',
  'ledger',
  'pricing',
  'held',
  'spend',
  'limits',
  'top-ups',
  'billing',
  'approvals',
  'reports',
  'notices',
  'http',
  'api',
] as const

/** Rooms that others install alone, with all that they may import. */
export const ALONE: Readonly<Record<string, readonly string[]>> = {
  publisher: ['usage'],
  payments: ['money', 'time', 'errors', 'digest'],
}

/** Whether a file of `shared/` talks to the world: by an SDK, the environment, the clock or randomness. */
export const doesIo = (path: string): boolean => /\/io\//.test(path) || /^shared\/(aws|payments\/stripe)\//.test(path)

/** Whether a file of `shared/` belongs to the pure core; `http/` is handed what talks to the world. */
export const isPure = (path: string): boolean => !doesIo(path) && !path.startsWith('shared/http/')

/** The room of a file of `shared/`. */
export const roomOf = (path: string): string => path.split('/')[1] ?? ''
