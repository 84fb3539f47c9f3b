import { ProjectionType, type Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { number, table, text } from './table.ts'

/** The tables beside the log: accounts, rate cards, held events, requests, gates of reservations. */
export class Records extends Construct {
  readonly accounts: Table
  readonly rates: Table
  readonly drafts: Table
  readonly held: Table
  readonly requests: Table
  readonly topUps: Table
  readonly gates: Table

  constructor(scope: Construct, id: string, { key }: { readonly key: IKey | undefined }) {
    super(scope, id)
    this.accounts = table(this, 'AccountsTable', {
      key,
      partitionKey: 'account',
      sortKey: text('record'),
      indexes: [
        {
          indexName: 'by-record',
          partitionKey: text('record'),
          sortKey: text('account'),
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    })
    this.rates = table(this, 'RatesTable', { key, partitionKey: 'card', sortKey: text('part') })
    this.drafts = table(this, 'DraftsTable', {
      key,
      partitionKey: 'draft',
      sortKey: text('part'),
      timeToLiveAttribute: 'expires_at',
    })
    this.held = table(this, 'HeldTable', { key, partitionKey: 'shelf', sortKey: text('entry') })
    this.topUps = table(this, 'TopUpsTable', {
      key,
      partitionKey: 'account',
      sortKey: text('top_up'),
      indexes: [
        {
          indexName: 'by-time',
          partitionKey: text('account'),
          sortKey: text('created'),
          projectionType: ProjectionType.ALL,
        },
        {
          indexName: 'by-lane',
          partitionKey: text('lane'),
          sortKey: number('updatedAt'),
          projectionType: ProjectionType.ALL,
        },
      ],
    })
    this.gates = table(this, 'GatesTable', { key, partitionKey: 'scope', timeToLiveAttribute: 'expires_at' })
    this.requests = table(this, 'RequestsTable', { key, partitionKey: 'key', timeToLiveAttribute: 'expires_at' })
  }
}
