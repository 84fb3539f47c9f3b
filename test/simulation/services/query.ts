import { type AttributeValue, DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { HarnessError } from '../engine/network.ts'
import { type Condition, compare, givenValue, type Item, type Names, nameOf, type Values } from './expressions.ts'
import { type Table, tableKeys } from './tables.ts'

/** AWS: a number has up to 38 digits. */
const DIGITS = 38

/** Numbers as DynamoDB keeps them: 1.50 comes back as 1.5, and 39 digits are refused. */
export function canonicalNumbers(item: Record<string, AttributeValue>): Record<string, AttributeValue> {
  for (const value of Object.values(item)) canonical(value)
  return item
}

function canonical(value: AttributeValue): void {
  if (value.N !== undefined) (value as { N: string }).N = canonicalNumber(value.N)
  else if (value.L !== undefined) for (const one of value.L) canonical(one)
  else if (value.M !== undefined) canonicalNumbers(value.M)
}

function canonicalNumber(text: string): string {
  const match = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text)
  if (match === null) throw new HarnessError(`no number for DynamoDB: ${text}`)
  const [, sign = '', whole = '', fraction = ''] = match
  const digits = (whole + fraction).replace(/^0+/, '').replace(/0+$/, '')
  if (digits.length > DIGITS) throw new HarnessError(`more than ${DIGITS} digits: ${text}`)
  if (digits === '') return '0'
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** Which items of a table a key condition asks for. */
export function itemsOf(table: Table, condition: Condition, names: Names, values: Values): readonly Item[] {
  const [partitionKey, sortKey] = tableKeys[table.name]
  let partition: string | undefined
  let [low, high]: [string | number | undefined, string | number | undefined] = [undefined, undefined]
  const plain = (token: string): string | number => {
    const value = givenValue(token, values)
    return value.N === undefined ? value.S! : Number(value.N)
  }
  const visit = (part: Condition): void => {
    if (part.kind === 'and') {
      visit(part.left)
      visit(part.right)
      return
    }
    if (part.kind === 'or') throw new HarnessError(`no key condition has an OR: ${JSON.stringify(part)}`)
    const name = nameOf(part.name, names)
    if (name === partitionKey && part.kind === 'compare' && part.operator === '=') partition = String(plain(part.value))
    else if (name !== sortKey) throw new HarnessError(`no key of ${table.name}: ${JSON.stringify(part)}`)
    else if (part.kind === 'between') [low, high] = [plain(part.low), plain(part.high)]
    else if (part.kind === 'begins') [low, high] = [plain(part.value), `${plain(part.value)}\uffff`]
    else if (part.kind === 'compare' && part.operator === '=') [low, high] = [plain(part.value), plain(part.value)]
    else if (part.kind === 'compare' && part.operator === '>=') low = plain(part.value)
    else if (part.kind === 'compare' && part.operator === '>') low = `${plain(part.value)}\0`
    else throw new HarnessError(`a key condition of a form not known here: ${JSON.stringify(part)}`)
  }
  visit(condition)
  if (partition === undefined) throw new HarnessError(`a query of ${table.name} without its partition`)
  return table.range(partition, low, high)
}

export interface Slice {
  readonly items: readonly Item[]
  readonly last: Item | undefined
}

/**
 * As much of the items as one answer brings: up to the limit, up to the bytes.
 *
 * @param items in the order of the query
 * @throws DynamoDBServiceException for a start key of another type than the table's
 */
export function sliceOf(
  table: Table,
  items: readonly Item[],
  after: Item | undefined,
  limit: number | undefined,
  bytes: number,
): Slice {
  const sortKey = tableKeys[table.name][1]
  let begin = 0
  if (after !== undefined && sortKey !== undefined) {
    const start = after[sortKey]
    if ((start?.N === undefined) !== (sortKey !== 'seq') || start === undefined) throw invalidStartKey()
    const [first, last] = [items[0]?.[sortKey], items.at(-1)?.[sortKey]]
    const isAscending = first === undefined || last === undefined || compare(first, last) <= 0
    const place = items.findIndex((item) => compare(item[sortKey]!, start) * (isAscending ? 1 : -1) > 0)
    begin = place < 0 ? items.length : place
  }
  let size = 0
  for (let at = begin; at < items.length; at += 1) {
    size += sizeOf(items[at]!)
    const isFull = size >= bytes || at - begin + 1 === limit
    if (isFull) {
      const slice = items.slice(begin, at + 1)
      return { items: slice, last: at + 1 < items.length || limit !== undefined ? slice.at(-1) : undefined }
    }
  }
  return { items: items.slice(begin), last: undefined }
}

const invalidStartKey = () =>
  new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
    message: 'The provided starting key is invalid: The provided key element does not match the schema',
  })

const sizeOf = (item: Item): number => 150 + (item['z']?.B?.length ?? item['packed']?.B?.length ?? 0)
