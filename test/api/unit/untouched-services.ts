import type { Services } from '../../../functions/admin-api/services.ts'

/** Services of a test in which nothing may be reached: touching one is an error. */
export const untouched = new Proxy({} as Services, {
  get: (_, name) => {
    throw new Error(`reached ${String(name)}`)
  },
})
