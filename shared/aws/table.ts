import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type Documents, wrapNumbers } from './document-client.ts'

/** An item, a key, or the values of an expression. Read back, a number is the text of its digits. */
export type Item = Readonly<Record<string, unknown>>

export type Put<Standing> = { readonly kind: 'put' } | { readonly kind: 'lost'; readonly standing: Standing }

export interface Query {
  /** On the keys: `account = :account AND #part > :after`. */
  readonly where: string
  readonly values: Item
  /** Reads an index: it follows the table a moment later, so such a query looks and never decides. */
  readonly index?: string
  /** Applied after `limit`: an answer may be empty although more follows. */
  readonly filter?: string | undefined
  /** Default: by ascending keys. */
  readonly order?: 'newest-first' | undefined
  /** At most this many items. */
  readonly limit?: number | undefined
  /** Goes on after this key: `next` of the answer before. */
  readonly after?: Item | undefined
  /** The attributes of the key that are numbers. */
  readonly numbers?: readonly string[]
}

/**
 * A DynamoDB table: how requests are worded and answers are paged. The files `*-table.ts` say keys, conditions and verbs.
 *
 * In an expression `#name` is the attribute `name` (needed for reserved words) and `:name` is `values.name`. Undefined attributes and
 * values are left out. Reads are consistent, but those of an index. Errors of the SDK pass through: after one, a write may have
 * happened or not.
 */
export class Table {
  readonly documents: Documents
  readonly name: string

  constructor(documents: Documents, name: string) {
    this.documents = documents
    this.name = name
  }

  async get(key: Item): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.name, Key: key, ConsistentRead: true })
    return (await this.documents.send(command)).Item
  }

  async put(item: Item): Promise<void> {
    await this.documents.send(new PutCommand({ TableName: this.name, Item: item }))
  }

  /** @returns whether the condition held, and the item was put */
  async putIf(item: Item, condition: string, values?: Item): Promise<boolean> {
    const input = { TableName: this.name, Item: item, ConditionExpression: condition, ...named([condition], values) }
    return await unlessRefused(this.documents.send(new PutCommand(input)))
  }

  /**
   * Puts an item if its key is free. `lost`: the key was taken; comes with the item that stands there, read after the refusal.
   *
   * @throws Error when that item is gone again
   */
  async putOnce(key: Item, fields: Item): Promise<Put<Item>> {
    if (await this.putIf({ ...fields, ...key }, `attribute_not_exists(#${Object.keys(key)[0]})`)) return { kind: 'put' }
    const standing = await this.get(key)
    if (standing === undefined) throw new Error(`${this.name} had an item ${JSON.stringify(key)}, and it is gone`)
    return { kind: 'lost', standing }
  }

  /**
   * Puts an item in the place of another, if the condition holds for that one. `lost`: comes with the item that stands there, as DynamoDB
   * sends it with the refusal. From an engine that does not send it, it is read; `undefined`: it was deleted meanwhile.
   */
  async replace(key: Item, fields: Item, condition: string, values?: Item): Promise<Put<Item | undefined>> {
    const input = { TableName: this.name, Item: { ...key, ...fields }, ConditionExpression: condition }
    const command = new PutCommand({
      ...input,
      ...named([condition], values),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    try {
      await this.documents.send(command)
      return { kind: 'put' }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      // lib-dynamodb does not unmarshall the item of an error.
      const sent = error.Item && unmarshall(error.Item, { wrapNumbers })
      return { kind: 'lost', standing: sent ?? (await this.get(key)) }
    }
  }

  /**
   * @param change `SET seq = :to`
   * @returns whether the condition held, and the item was changed
   */
  async updateIf(key: Item, change: string, condition: string, values: Item): Promise<boolean> {
    const input = { TableName: this.name, Key: key, UpdateExpression: change, ConditionExpression: condition }
    return await unlessRefused(
      this.documents.send(new UpdateCommand({ ...input, ...named([change, condition], values) })),
    )
  }

  async delete(key: Item): Promise<void> {
    await this.documents.send(new DeleteCommand({ TableName: this.name, Key: key }))
  }

  /** @returns whether the condition held, and no item of this key is there any more */
  async deleteIf(key: Item, condition: string, values?: Item): Promise<boolean> {
    const input = { TableName: this.name, Key: key, ConditionExpression: condition, ...named([condition], values) }
    return await unlessRefused(this.documents.send(new DeleteCommand(input)))
  }

  /** One request: DynamoDB looks through 1 MB at most. `next`: where the following one goes on; `undefined`: that was all. */
  async query(query: Query): Promise<{ readonly items: readonly Item[]; readonly next: Item | undefined }> {
    const { Items = [], LastEvaluatedKey } = await this.documents.send(new QueryCommand(this.#queryOf(query)))
    return { items: Items, next: withNumbers(LastEvaluatedKey, query.numbers) }
  }

  /** Asks until all is read, or `limit` items are. */
  async *pages(query: Query): AsyncGenerator<readonly Item[]> {
    let [after, left] = [query.after, query.limit]
    do {
      const { items, next } = await this.query({ ...query, after, limit: left })
      yield items
      after = next
      left = left && left - items.length
    } while (after !== undefined && left !== 0)
  }

  /** All items that `pages` reads, in one array. */
  async all(query: Query): Promise<readonly Item[]> {
    const items: Item[] = []
    for await (const page of this.pages(query)) items.push(...page)
    return items
  }

  /** Counts items, by at most `requests` requests; `isAtLeast`: there are more. */
  async count(query: Query, requests: number): Promise<{ readonly count: number; readonly isAtLeast: boolean }> {
    let [count, after] = [0, query.after]
    for (let request = 0; request < requests; request += 1) {
      const command = new QueryCommand({ ...this.#queryOf({ ...query, after }), Select: 'COUNT' })
      const { Count = 0, LastEvaluatedKey } = await this.documents.send(command)
      count += Count
      after = withNumbers(LastEvaluatedKey, query.numbers)
      if (after === undefined) break
    }
    return { count, isAtLeast: after !== undefined }
  }

  #queryOf({ where, values, index, filter, order, limit, after }: Query) {
    return {
      TableName: this.name,
      ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
      KeyConditionExpression: where,
      FilterExpression: filter,
      ...named([where, filter ?? ''], values),
      ScanIndexForward: order !== 'newest-first',
      Limit: limit,
      ExclusiveStartKey: after,
    }
  }
}

/** Names and values of expressions, as DynamoDB wants them: those that are used, or none. */
function named(expressions: readonly string[], values: Item = {}) {
  const names = [...expressions.join(' ').matchAll(/#(\w+)/g)].map(([alias, name]) => [alias, name as string] as const)
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[`:${name}`, value]]))
  return {
    ExpressionAttributeNames: names.length === 0 ? undefined : Object.fromEntries(names),
    ExpressionAttributeValues: given.length === 0 ? undefined : (Object.fromEntries(given) as Item),
  }
}

/** A key as DynamoDB handed it back, with its numbers made numbers again. */
const withNumbers = (key: Item | undefined, numbers: readonly string[] = []): Item | undefined =>
  key && { ...key, ...Object.fromEntries(numbers.map((name) => [name, Number(key[name])])) }

async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
