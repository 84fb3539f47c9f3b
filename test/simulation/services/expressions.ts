import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { HarnessError } from '../engine/network.ts'

/** An item as DynamoDB holds it. */
export type Item = Readonly<Record<string, AttributeValue>>
export type Names = Readonly<Record<string, string>> | undefined
export type Values = Readonly<Record<string, AttributeValue>> | undefined

/** A condition, of the few forms that the store uses. Anything else is refused: a simulation that guesses proves nothing. */
export type Condition =
  | { readonly kind: 'and'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'absent'; readonly name: string }
  | { readonly kind: 'present'; readonly name: string }
  | { readonly kind: 'begins'; readonly name: string; readonly value: string }
  | { readonly kind: 'compare'; readonly name: string; readonly operator: string; readonly value: string }
  | { readonly kind: 'between'; readonly name: string; readonly low: string; readonly high: string }

const parsed = new Map<string, Condition>()

export function parseCondition(text: string): Condition {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const tokens = text.match(/[#:]?[A-Za-z_]\w*|<=|>=|<>|[=<>(),]|\S/g) ?? []
  let at = 0
  const take = (expected?: string): string => {
    const token = tokens[at++]
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new HarnessError(`can't read the condition ${JSON.stringify(text)} at ${token ?? 'its end'}`)
    }
    return token
  }
  const term = (): Condition => {
    const first = take()
    if (first === 'attribute_not_exists' || first === 'attribute_exists') {
      take('(')
      const name = take()
      take(')')
      return { kind: first === 'attribute_exists' ? 'present' : 'absent', name }
    }
    if (first === 'begins_with') {
      take('(')
      const name = take()
      take(',')
      const value = take()
      take(')')
      return { kind: 'begins', name, value }
    }
    if (!/^[#A-Za-z_]/.test(first)) throw new HarnessError(`can't read the condition ${JSON.stringify(text)}`)
    const operator = take()
    if (operator === 'BETWEEN') {
      const low = take()
      take('AND')
      return { kind: 'between', name: first, low, high: take() }
    }
    if (!['=', '<', '<=', '>', '>='].includes(operator)) throw new HarnessError(`no operator ${operator} here`)
    return { kind: 'compare', name: first, operator, value: take() }
  }
  const all = (): Condition => {
    const left = term()
    if (tokens[at] !== 'AND') return left
    take()
    return { kind: 'and', left, right: all() }
  }
  const any = (): Condition => {
    const left = all()
    if (tokens[at] !== 'OR') return left
    take()
    return { kind: 'or', left, right: any() }
  }
  const condition = any()
  if (at !== tokens.length) throw new HarnessError(`can't read all of the condition ${JSON.stringify(text)}`)
  parsed.set(text, condition)
  return condition
}

export function holds(condition: Condition, item: Item | undefined, names: Names, values: Values): boolean {
  const attribute = (name: string) => item?.[nameOf(name, names)]
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item, names, values) && holds(condition.right, item, names, values)
    case 'or':
      return holds(condition.left, item, names, values) || holds(condition.right, item, names, values)
    case 'absent':
      return attribute(condition.name) === undefined
    case 'present':
      return attribute(condition.name) !== undefined
    case 'begins': {
      const text = attribute(condition.name)?.S
      return text?.startsWith(givenValue(condition.value, values).S ?? '\uffff') ?? false
    }
    case 'compare': {
      const found = attribute(condition.name)
      if (found === undefined) return false
      const order = compare(found, givenValue(condition.value, values))
      return judge(order, condition.operator)
    }
    case 'between': {
      const found = attribute(condition.name)
      if (found === undefined) return false
      return (
        judge(compare(found, givenValue(condition.low, values)), '>=') &&
        judge(compare(found, givenValue(condition.high, values)), '<=')
      )
    }
  }
}

const judge = (order: number, operator: string): boolean =>
  operator === '='
    ? order === 0
    : operator === '<'
      ? order < 0
      : operator === '<='
        ? order <= 0
        : operator === '>'
          ? order > 0
          : order >= 0

/** NaN for values of different types, which are never equal, smaller or larger. */
export function compare(a: AttributeValue, b: AttributeValue): number {
  if (a.N !== undefined && b.N !== undefined) return a.N === b.N ? 0 : Number(a.N) - Number(b.N)
  if (a.S !== undefined && b.S !== undefined) return a.S < b.S ? -1 : a.S > b.S ? 1 : 0
  if ((a.N ?? a.S) === undefined || (b.N ?? b.S) === undefined) throw new HarnessError('only texts and numbers compare')
  return Number.NaN
}

export function nameOf(token: string, names: Names): string {
  if (!token.startsWith('#')) return token
  const name = names?.[token]
  if (name === undefined) throw new HarnessError(`the name ${token} is not given`)
  return name
}

export function givenValue(token: string, values: Values): AttributeValue {
  const value = token.startsWith(':') ? values?.[token] : undefined
  if (value === undefined) throw new HarnessError(`the value ${token} is not given`)
  return value
}

/** `SET a = :a, b = :b` and nothing else. */
export function applyUpdate(text: string, item: Item, names: Names, values: Values): Item {
  const match = /^SET (.+)$/.exec(text)
  if (match === null) throw new HarnessError(`can't read the update ${JSON.stringify(text)}`)
  const changed = { ...item }
  for (const part of match[1]!.split(',')) {
    const assignment = /^\s*(#?\w+) = (:\w+)\s*$/.exec(part)
    if (assignment === null) throw new HarnessError(`can't read the update ${JSON.stringify(text)}`)
    changed[nameOf(assignment[1]!, names)] = givenValue(assignment[2]!, values)
  }
  return changed
}

/** AWS refuses a request that gives names or values which no expression uses. */
export function assertAllUsed(expressions: readonly (string | undefined)[], names: Names, values: Values): void {
  const text = expressions.join(' ')
  const used = new Set(text.match(/[#:]\w+/g) ?? [])
  for (const token of [...Object.keys(names ?? {}), ...Object.keys(values ?? {})]) {
    if (!used.has(token)) throw new HarnessError(`${token} is given and not used in ${text}`)
  }
}
