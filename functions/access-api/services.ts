import { type Answering, type Serve, serveOperation } from '../../shared/http/serve.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import type { ReservationGates } from '../../shared/limits/io/reservations/reservation-gates.ts'
import type { WarmFolds } from '../../shared/limits/io/warm-folds.ts'
import type { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'

/** The services of access checks and reservations. */
export interface Services extends Answering {
  readonly log: LogTable
  readonly folds: WarmFolds
  readonly catalogue: WarmCatalogue
  readonly gates: ReservationGates
}

export const serve: Serve<Services> = serveOperation
