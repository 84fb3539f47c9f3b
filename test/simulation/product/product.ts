import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { followRates } from '../../../functions/follow-rates/follow-rates.ts'
import { consumeUsage } from '../../../functions/price-usage/consume-usage.ts'
import { Archiver } from '../../../functions/project-log/archiver.ts'
import { projectLog, type Sweep } from '../../../functions/project-log/project-log.ts'
import { WarmTails, WarmWatches } from '../../../functions/project-log/warm-tails.ts'
import { type Reconcile, topUp } from '../../../functions/top-up/top-up.ts'
import type { Documents } from '../../../shared/aws/document-client.ts'
import type { Tools } from '../../../shared/aws/lambda.ts'
import { Table } from '../../../shared/aws/table.ts'
import { HeldTable } from '../../../shared/held/io/held-table.ts'
import { callerOf } from '../../../shared/http/access.ts'
import { asProblem, problemAnswer } from '../../../shared/http/problem-answer.ts'
import { type RestoreBy, type Restored, restoreAccount } from '../../../shared/ledger/io/archive/restore-account.ts'
import { LogWriter } from '../../../shared/ledger/io/log-writer.ts'
import { ReservationGates } from '../../../shared/limits/io/reservations/reservation-gates.ts'
import { WarmFolds } from '../../../shared/limits/io/warm-folds.ts'
import type { PaymentProvider } from '../../../shared/payments/provider.ts'
import { PublishedCards } from '../../../shared/pricing/io/published-cards.ts'
import { WarmCatalogue } from '../../../shared/pricing/io/warm-catalogue.ts'
import { dropSnapshots } from '../../../shared/spend/io/snapshots-table.ts'
import { inTurn } from '../../../shared/time/in-turn.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'
import { type ApiServices, apiOperations } from '../../world/api-operations.ts'

/** All that a process has: what the functions' wiring files reach for on AWS. */
export interface Environment {
  readonly documents: Documents
  readonly sqs: SQSClient
  readonly topUpQueue: SQSClient
  readonly payments: PaymentProvider
  readonly bus: EventBridgeClient
  readonly bucket: S3Client
  /** The process's own wall clock. */
  readonly now: () => number
  readonly random: () => number
  readonly nonce: () => string
  readonly wait: (milliseconds: number) => Promise<void>
}

export interface ApiRequest {
  readonly operationId:
    | 'openAccount'
    | 'grantCredits'
    | 'publishRateCard'
    | 'refundCharge'
    | 'rerateCharges'
    | 'putTopUpSettings'
    | 'setUpPaymentMethod'
    | 'retryTopUp'
    | 'buyCredits'
    | 'putLimits'
    | 'assignTiers'
    | 'putUser'
    | 'fileUpgradeRequest'
    | 'decideUpgradeRequest'
    | 'checkAccess'
    | 'reserve'
    | 'settleReservation'
    | 'renewReservation'
    | 'releaseReservation'
    | 'redriveQuarantined'
    | 'discardQuarantined'
    | 'redriveParked'
    | 'discardParked'
    | 'discardAhead'
  readonly params: Readonly<Record<string, string>>
  readonly key: string
  readonly body: unknown
  /** Of the token; an operator's unless told. */
  readonly claims?: Readonly<Record<string, unknown>>
}

const OPERATOR = { sub: 'olga', scope: 'usage:check account:read account:admin operate' }

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** A process of each function, made of the real code as its wiring file makes it. */
export interface Product {
  readonly priceUsage: (environment: Environment) => (event: SQSEvent, tools: Tools) => Promise<SQSBatchResponse>
  readonly projectLog: (environment: Environment) => (event: DynamoDBStreamEvent | Sweep, tools: Tools) => Promise<void>
  readonly followRates: (environment: Environment) => (event: unknown, tools: Tools) => Promise<void>
  readonly topUp: (
    environment: Environment,
  ) => (event: SQSEvent | Reconcile, tools: Tools) => Promise<SQSBatchResponse | undefined>
  readonly adminApi: (environment: Environment) => (request: ApiRequest, tools: Tools) => Promise<ApiAnswer>
  /** What an operator runs after the log table came back from a backup. */
  readonly restore: (environment: Environment) => (account: string, by: RestoreBy) => Promise<Restored>
}

const writerOf = ({ documents, bucket, now, nonce, random, wait }: Environment) =>
  new LogWriter({
    log: { documents, name: 'log' },
    markers: new Table(documents, 'markers'),
    archive: { client: bucket, bucket: 'archive' },
    now,
    nonce,
    random,
    wait,
  })

const purchases = readPurchaseSettings({ ...DEFAULT_PURCHASES, manual: { dayCap: '250', monthCap: '700' } })
const billing = async () => ({ version: 0, language: 'en' as const, email: undefined })

/** @public `load.ts` imports it once the patches are in. */
export const product: Product = {
  priceUsage: (environment) => {
    const { documents, sqs, now, random } = environment
    return consumeUsage({
      writer: writerOf(environment),
      rates: new WarmCatalogue(new Table(documents, 'rates'), now),
      held: new HeldTable(documents, 'held'),
      queue: { sqs, url: 'queue', random },
    })
  },
  projectLog: ({ documents, bus, bucket, topUpQueue, now }) =>
    projectLog({
      log: { documents, name: 'log' },
      snapshots: new Table(documents, 'snapshots'),
      accounts: new Table(documents, 'accounts'),
      bus: { client: bus, name: 'domain-events' },
      topUps: { sqs: topUpQueue, url: 'top-ups' },
      archiver: new Archiver({ client: bucket, bucket: 'archive' }),
      tails: new WarmTails(),
      watches: new WarmWatches({
        snapshots: new Table(documents, 'snapshots'),
        accounts: new Table(documents, 'accounts'),
      }),
      now,
    }),
  followRates: (environment) => {
    const { documents, bus, now } = environment
    return followRates({
      writer: writerOf(environment),
      rates: new WarmCatalogue(new Table(documents, 'rates'), now),
      held: new HeldTable(documents, 'held'),
      bus: { client: bus, name: 'domain-events' },
    })
  },
  topUp: (environment) => {
    const { documents, bus, payments } = environment
    return topUp({
      log: { documents, name: 'log' },
      writer: writerOf(environment),
      accounts: new Table(documents, 'accounts'),
      topUps: new Table(documents, 'top_ups'),
      provider: payments,
      bus: { client: bus, name: 'domain-events' },
      purchases,
      billing,
      returnUrl: 'https://example.com',
    })
  },
  restore: (environment) => {
    const { documents, bucket } = environment
    const from = {
      log: { documents, name: 'log' },
      archive: { client: bucket, bucket: 'archive' },
      dropFolds: (account: string) => dropSnapshots(new Table(documents, 'snapshots'), account),
    }
    const writer = writerOf(environment)
    return (account, by) => restoreAccount(from, writer, account, by)
  },
  adminApi: (environment) => {
    const { documents, nonce, payments, topUpQueue } = environment
    const rates = new Table(documents, 'rates')
    const services: ApiServices = {
      stage: 'simulation',
      log: { documents, name: 'log' },
      writer: writerOf(environment),
      accounts: new Table(documents, 'accounts'),
      rates,
      cards: new PublishedCards(rates),
      catalogue: new WarmCatalogue(rates, environment.now),
      folds: new WarmFolds({
        log: { documents, name: 'log' },
        snapshots: new Table(documents, 'snapshots'),
        accounts: new Table(documents, 'accounts'),
        now: environment.now,
      }),
      gates: new ReservationGates(new Table(documents, 'gates'), {
        random: environment.random,
        wait: environment.wait,
        inTurn: inTurn(),
      }),
      drafts: new Table(documents, 'drafts'),
      held: new HeldTable(documents, 'held'),
      approvals: new Table(documents, 'drafts'),
      approvalSettings: undefined,
      requests: new Table(documents, 'requests'),
      topUps: new Table(documents, 'top_ups'),
      topUpQueue: { sqs: topUpQueue, url: 'top-ups' },
      provider: payments,
      purchases,
      seller: undefined,
      billing,
      returnUrl: 'https://example.com',
      nonce,
      openApi: async () => ({}),
    }
    return async ({ operationId, params, key, body, claims = OPERATOR }, tools) => {
      const operation = apiOperations.find((one) => one.operationId === operationId)!
      const headers: Readonly<Record<string, string>> = { 'content-type': 'application/json', 'idempotency-key': key }
      const raw = {
        params,
        query: new URLSearchParams(),
        header: (name: string) => headers[name],
        bytes: async () => new TextEncoder().encode(JSON.stringify(body)).buffer,
      }
      try {
        const caller = callerOf(operation, claims, params)
        return await operation.run(raw, { caller, requestId: 'simulated', tools, services })
      } catch (error) {
        return problemAnswer(
          asProblem(error, { logger: tools.logger, requestId: 'simulated', route: 'simulated' }),
          'simulated',
        )
      }
    }
  },
}
