import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import type { EngineName } from './engines/engine.ts'

/** Something engines may do differently, how to see it, and what each was seen to do. */
export interface Trait {
  readonly question: string
  readonly ask: (client: DynamoDBClient, log: string) => Promise<string>
  readonly answers: Readonly<Record<EngineName, string>>
  /** What it means for Groschen. */
  readonly meaning: string
}

const same = (answer: string) => ({ embedded: answer, official: answer })

let keys = 0
/** An item's key that no other question uses. */
const key = () => {
  keys += 1
  return { account: { S: `trait-${process.pid}-${keys}` }, seq: { N: '1' } }
}

/** What the engine says of a request: a word of ours where it agrees, the name of its error where not. */
const said = (answer: Promise<string>): Promise<string> =>
  answer.catch((error: unknown) => (error instanceof Error ? error.name : String(error)))

const storedNumber = (digits: string) => (client: DynamoDBClient, log: string) =>
  said(
    (async () => {
      const Key = key()
      await client.send(new PutItemCommand({ TableName: log, Item: { ...Key, b: { N: digits } } }))
      const { Item } = await client.send(new GetItemCommand({ TableName: log, Key, ConsistentRead: true }))
      return Item?.['b']?.N ?? 'nothing'
    })(),
  )

const NINES = '9'.repeat(38)

export const traits: readonly Trait[] = [
  {
    question: 'Does a refused put bring the item that stands there (`ALL_OLD`)?',
    ask: async (client, log) => {
      const put = new PutItemCommand({
        TableName: log,
        Item: key(),
        ConditionExpression: 'attribute_not_exists(seq)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      await client.send(put)
      return await client.send(put).then(
        () => 'not refused',
        (error: unknown) => (error instanceof ConditionalCheckFailedException && error.Item ? 'yes' : 'no'),
      )
    },
    answers: { embedded: 'no', official: 'yes' },
    meaning: 'where it does not, the loser of a race reads the winner: one request more',
  },
  {
    question: 'Are there transactions?',
    ask: (client, log) =>
      said(
        client
          .send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: log, Item: key() } }] }))
          .then(() => 'yes'),
      ),
    answers: { embedded: 'UnknownOperationException', official: 'yes' },
    meaning: 'none are used: one page is one item',
  },
  {
    question: 'What becomes of 1.50?',
    ask: storedNumber('1.50'),
    answers: same('1.5'),
    meaning: 'digits are written canonically, and hashed before they are stored',
  },
  {
    question: 'Does a number of 38 digits come back whole?',
    ask: async (client, log) => ((await storedNumber(NINES)(client, log)) === NINES ? 'yes' : 'no'),
    answers: same('yes'),
    meaning: 'a balance has 14 digits before and 24 behind the point',
  },
  {
    question: 'What becomes of a number of 39 digits?',
    ask: storedNumber(`${NINES}9`),
    answers: same('ValidationException'),
    meaning: 'what could have 39 is refused before it is written',
  },
  {
    question: 'What becomes of −0?',
    ask: storedNumber('-0'),
    answers: same('0'),
    meaning: 'a balance of zero has one form',
  },
  {
    question: 'Units of a put of 1,025 bytes?',
    ask: async (client, log) => {
      const Key = key()
      const used = Key.account.S.length + 'account'.length + 'seq'.length + 2 + 'z'.length
      const Item = { ...Key, z: { B: new Uint8Array(1025 - used) } }
      const { ConsumedCapacity } = await client.send(
        new PutItemCommand({ TableName: log, Item, ReturnConsumedCapacity: 'TOTAL' }),
      )
      return String(ConsumedCapacity?.CapacityUnits)
    },
    answers: same('2'),
    meaning: 'the benchmark counts by the same rule',
  },
  {
    question: 'How many bytes is an ä?',
    ask: async (client, log) => {
      const Key = key()
      const used = Key.account.S.length + 'account'.length + 'seq'.length + 2 + 'u'.length
      const Item = { ...Key, u: { S: `ä${'a'.repeat(1023 - used)}` } }
      const { ConsumedCapacity } = await client.send(
        new PutItemCommand({ TableName: log, Item, ReturnConsumedCapacity: 'TOTAL' }),
      )
      return ConsumedCapacity?.CapacityUnits === 1 ? 'one' : 'two'
    },
    answers: { embedded: 'one', official: 'two' },
    meaning: 'the benchmark counts UTF-8, as DynamoDB does',
  },
  {
    question: 'Units of a transaction of two small puts?',
    ask: (client, log) =>
      said(
        client
          .send(
            new TransactWriteItemsCommand({
              TransactItems: [key(), key()].map((Item) => ({ Put: { TableName: log, Item } })),
              ReturnConsumedCapacity: 'TOTAL',
            }),
          )
          .then(({ ConsumedCapacity }) => String(ConsumedCapacity?.[0]?.CapacityUnits)),
      ),
    answers: { embedded: 'UnknownOperationException', official: '2' },
    meaning: 'DynamoDB takes 4: the benchmark counts transactions by rule',
  },
  {
    question: 'Where does a Query stop?',
    ask: async (client, log) => {
      const { account } = key()
      for (const seq of ['1', '2', '3', '4', '5']) {
        const Item = { account, seq: { N: seq }, z: { B: new Uint8Array(300_000) } }
        await client.send(new PutItemCommand({ TableName: log, Item }))
      }
      const { Items, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: log,
          KeyConditionExpression: 'account = :account',
          ExpressionAttributeValues: { ':account': account },
        }),
      )
      return `after ${Items?.length} items of 300 KB${LastEvaluatedKey ? ', and says so' : ''}`
    },
    answers: same('after 4 items of 300 KB, and says so'),
    meaning: 'catching up asks until nothing is left',
  },
  {
    question: 'What becomes of an item over 400 KB?',
    ask: (client, log) =>
      said(
        client
          .send(new PutItemCommand({ TableName: log, Item: { ...key(), z: { B: new Uint8Array(410_000) } } }))
          .then(() => 'stored'),
      ),
    answers: same('ValidationException'),
    meaning: "a page's body has at most 64 KB",
  },
]
