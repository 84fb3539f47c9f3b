import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, NumberValue } from '@aws-sdk/lib-dynamodb'
import { type Exact, plain } from '../money/exact.ts'

/** The DynamoDB client of every function: what the store's tables are reached by. */
export type Documents = DynamoDBDocumentClient

/**
 * Makes the client. Endpoint, region and credentials come from the environment, as on AWS.
 *
 * Numbers arrive as the strings DynamoDB sent: lib-dynamodb would make floats of them and lose digits.
 * Short timeouts: the SDK's own, without end, outlive a function.
 */
export function documentClient(): Documents {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
  })
  return DynamoDBDocumentClient.from(client, {
    unmarshallOptions: { wrapNumbers: (digits: string) => digits },
  })
}

/** A decimal as DynamoDB stores it: all its digits. */
export const toNumber = (value: Exact): NumberValue => NumberValue.from(plain(value))
