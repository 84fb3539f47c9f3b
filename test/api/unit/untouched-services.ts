import type { ApiServices } from '../../world/api-operations.ts'

/** Services of a test in which nothing may be reached: touching one is an error. */
export const untouched = new Proxy({} as ApiServices, {
  get: (_, name) => {
    throw new Error(`reached ${String(name)}`)
  },
})
