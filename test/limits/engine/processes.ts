import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Table } from '../../../shared/aws/table.ts'
import { ReservationGates } from '../../../shared/limits/io/reservations/reservation-gates.ts'
import { type Reserved, reserve } from '../../../shared/limits/io/reservations/reserve.ts'
import { WarmFolds } from '../../../shared/limits/io/warm-folds.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { WarmCatalogue } from '../../../shared/pricing/io/warm-catalogue.ts'
import { inTurn } from '../../../shared/time/in-turn.ts'
import type { Tables } from '../../world/tables.ts'

/** Long enough for a busy machine; the function's own would cut requests off that only wait for the processor. */
const PATIENCE_MS = 100_000

export interface ApiProcess {
  /** Reserves in text, for 15 minutes. */
  readonly reserve: (
    wanted: { readonly account: string; readonly user: string; readonly amount: string; readonly group?: string },
    key?: string,
  ) => Promise<Reserved>
  readonly stop: () => void
}

/** A process of the API that shares nothing with the others but the tables. */
export function apiProcess({ names }: Pick<Tables, 'names'>): ApiProcess {
  const client = new DynamoDBClient({ maxAttempts: 3, requestHandler: { requestTimeout: PATIENCE_MS } })
  const documents = DynamoDBDocumentClient.from(client, {
    unmarshallOptions: { wrapNumbers: (digits: string) => digits },
  })
  const table = (name: keyof Tables['names']) => new Table(documents, names[name])
  const log = table('log')
  const services = {
    log,
    folds: new WarmFolds({ log, snapshots: table('snapshots'), accounts: table('accounts'), now: Date.now }),
    catalogue: new WarmCatalogue(table('rates'), Date.now),
    gates: new ReservationGates(table('gates'), {
      random: Math.random,
      wait: async (milliseconds: number) => void (await wait(milliseconds)),
      inTurn: inTurn(),
    }),
  }
  const tools = { now: Date.now, remainingMs: () => PATIENCE_MS, logger: new Logger() }
  return {
    reserve: ({ amount, group, ...wanted }, key = randomUUID()) => {
      const wish = { group, service: undefined, category: 'text', credits: credits(amount), expiresInSeconds: 900 }
      return reserve({ ...wanted, ...wish, subject: 'platform', idempotencyKey: key }, { services, tools })
    },
    stop: () => documents.destroy(),
  }
}
