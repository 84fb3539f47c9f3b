import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { itemSize, type WireItem } from '../bench/wire/item-size.ts'
import { accessTo } from './engines/engine.ts'
import { engineUnderTest } from './engines/under-test.ts'

let engine: Awaited<ReturnType<typeof engineUnderTest>>
let client: DynamoDBClient
beforeAll(async () => {
  engine = await engineUnderTest()
  client = new DynamoDBClient(accessTo(engine.endpoint))
})
afterAll(async () => {
  client.destroy()
  await engine.stop()
})

const KILOBYTE = 1024

/** A number of each kind that pages hold: counts, times, balances with many digits. */
const number = fc.oneof(
  fc.nat().map(String),
  fc.integer({ min: 1, max: 10 ** 15 }).map(String),
  fc
    .tuple(fc.integer({ min: -(10 ** 14), max: 10 ** 14 }), fc.integer({ min: 1, max: 10 ** 9 }))
    .map(([whole, part]) => `${whole}.${part}`),
)

test("the size that the benchmark reckons is the engine's: an item filled up to a kilobyte costs one unit, a byte more costs two", async () => {
  let items = 0
  await fc.assert(
    fc.asyncProperty(
      number,
      number,
      fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
      fc.array(number, { maxLength: 3 }),
      async (b, c, u, x) => {
        items += 1
        const account = `size-${process.pid}-${items}`
        const fixed = {
          account: { S: account },
          b: { N: b },
          c: { N: c },
          x: { L: x.map((N) => ({ N })) },
          ...marshall({ u, v: true }),
        }
        const units = []
        for (const seq of ['1', '2']) {
          const rest = { ...fixed, seq: { N: seq } }
          const fill = KILOBYTE - itemSize(rest as WireItem) - 'z'.length + (seq === '1' ? 0 : 1)
          const Item = { ...rest, z: { B: new Uint8Array(fill) } }
          const { ConsumedCapacity } = await client.send(
            new PutItemCommand({ TableName: engine.log, Item, ReturnConsumedCapacity: 'TOTAL' }),
          )
          units.push(ConsumedCapacity?.CapacityUnits)
        }
        expect(units).toEqual([1, 2])
      },
    ),
    { numRuns: 60 },
  )
})
