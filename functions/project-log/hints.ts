import type { DynamoDBRecord } from 'aws-lambda'

/** What the log's stream tells: whose logs to look at, and which pages were touched that never may be. */
export interface Hints {
  readonly accounts: readonly string[]
  readonly altered: readonly { readonly account: string; readonly seq: string; readonly change: string }[]
}

/**
 * Reads keys, never pages: the stream orders the records of one item, and every page is another (account-log, "Folds").
 *
 * Pages are only ever inserted; any other record says that somebody else had their hands on the log.
 */
export function readHints(records: readonly DynamoDBRecord[]): Hints {
  const keyed = records.map(({ eventName, dynamodb }) => ({
    account: dynamodb?.Keys?.['account']?.S ?? '',
    seq: dynamodb?.Keys?.['seq']?.N ?? '',
    change: eventName ?? 'unknown',
  }))
  return {
    accounts: [...new Set(keyed.map(({ account }) => account))].filter((account) => account !== ''),
    altered: keyed.filter(({ change }) => change !== 'INSERT'),
  }
}
