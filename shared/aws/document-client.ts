import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, NumberValue } from '@aws-sdk/lib-dynamodb'
import { type Exact, plain } from '../money/exact.ts'

/** The DynamoDB client of every function. */
export type Documents = DynamoDBDocumentClient

/** Three attempts of four seconds: the SDK has no timeout of its own and would outlive a function. */
export const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
}

/** Numbers arrive as the digits that DynamoDB sent: lib-dynamodb would make floats of them and lose digits. */
export const wrapNumbers = (digits: string): string => digits

/** Makes the client. Endpoint, region and credentials come from the environment, as on AWS. Undefined attributes are not stored. */
export const documentClient = (): Documents =>
  DynamoDBDocumentClient.from(new DynamoDBClient(patience), {
    marshallOptions: { removeUndefinedValues: true },
    unmarshallOptions: { wrapNumbers },
  })

/** A decimal as DynamoDB stores it: all its digits. */
export const toNumber = (value: Exact): NumberValue => NumberValue.from(plain(value))

type Key = Readonly<Record<string, unknown>>

/**
 * Where a query goes on: the key as DynamoDB handed it back, with its numbers made numbers again.
 *
 * @param numbers the names of those attributes of the key that are numbers
 */
export const goingOnAfter = (last: Key | undefined, ...numbers: readonly string[]): Key | undefined =>
  last && { ...last, ...Object.fromEntries(numbers.map((name) => [name, Number(last[name])])) }
