import { afterAll, vi } from 'vitest'

/** Test files share a process: each leaves the environment as it found it, and the clock. */
const before = { ...process.env }

afterAll(() => {
  vi.restoreAllMocks()
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
})
