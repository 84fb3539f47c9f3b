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

type Key = Readonly<Record<string, unknown>>

/**
 * Where a query goes on: the key as DynamoDB handed it back, whose numbers came as the digits of a text and have to be numbers again.
 *
 * @param numbers the names of those attributes of the key that are numbers
 */
export const goingOnAfter = (last: Key | undefined, ...numbers: readonly string[]): Key | undefined =>
  last && { ...last, ...Object.fromEntries(numbers.map((name) => [name, Number(last[name])])) }
