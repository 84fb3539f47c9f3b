import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { ReservationGates } from '../../shared/limits/io/reservations/reservation-gates.ts'
import { WarmFolds } from '../../shared/limits/io/warm-folds.ts'
import { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import { inTurn } from '../../shared/time/in-turn.ts'
import type { Services } from './services.ts'

const settings = configuration([
  'LOG_TABLE',
  'SNAPSHOTS_TABLE',
  'ACCOUNTS_TABLE',
  'RATES_TABLE',
  'GATES_TABLE',
  'REQUESTS_TABLE',
])
const documents = documentClient()
const log = { documents, name: settings.LOG_TABLE }

/** Made once, when the process starts. */
export const services: Services = {
  log,
  folds: new WarmFolds({
    log,
    snapshots: new Table(documents, settings.SNAPSHOTS_TABLE),
    accounts: new Table(documents, settings.ACCOUNTS_TABLE),
    now: Date.now,
  }),
  catalogue: new WarmCatalogue(new Table(documents, settings.RATES_TABLE), Date.now),
  gates: new ReservationGates(new Table(documents, settings.GATES_TABLE), {
    random: Math.random,
    wait: async (milliseconds) => void (await wait(milliseconds)),
    inTurn: inTurn(),
  }),
  requests: new Table(documents, settings.REQUESTS_TABLE),
  nonce: () => randomBytes(8).toString('hex'),
}
