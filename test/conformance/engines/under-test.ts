import { startEmbedded } from './embedded.ts'
import { createTables, type Engine, pointTo } from './engine.ts'

/** Where `npm run conformance` has the official engine listen. */
export const OFFICIAL_ENDPOINT = 'CONFORMANCE_OFFICIAL_ENDPOINT'

let made = 0

/**
 * The engine that the tests run on, with the tables of a log: the official one under `npm run conformance`, which started
 * it; else the embedded one, of its own.
 *
 * @returns the names of the tables as well: one engine serves several files of tests
 */
export async function engineUnderTest(): Promise<Engine & { readonly log: string; readonly markers: string }> {
  const official = process.env[OFFICIAL_ENDPOINT]
  const engine: Engine = official
    ? { name: 'official', endpoint: official, stop: async () => undefined }
    : await startEmbedded()
  made += 1
  const names = { log: `log-${process.pid}-${made}`, markers: `markers-${process.pid}-${made}` }
  await createTables(engine.endpoint, { [names.log]: ['account', 'seq'], [names.markers]: ['identity'] })
  pointTo(engine.endpoint)
  return { ...engine, ...names }
}
