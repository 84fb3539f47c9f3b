/** JSON Schema as our documentation writes it, as far as walking it goes. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** A place in a body: what a right body has there, and a body with something else there. */
export interface Place {
  /** Of what kinds a value there may be. */
  readonly kinds: ReadonlySet<string>
  readonly path: readonly (string | number)[]
  readonly value: unknown
  readonly put: (value: unknown) => unknown
}

/** Values of the texts that our patterns are for. */
const TEXTS = [
  ...['acme', 'openai/gpt-4o', '1', '100', '0.5', 'EUR', 'DE', 'Europe/Berlin', 'name@example.com', '2026-12-24'],
  ...['2026-11-24T08:00:00Z', '0123456789abcdef', 'r-0123456789abcdefghijkl', 'event.schema', 'evt_1'],
]

/**
 * Every place that a schema knows, each with a value for it: an example's, or one made for it.
 *
 * A body may break a rule between fields where something was added; each of its values is one that its own schema takes.
 */
export function placesOf(root: Schema, example: unknown): readonly Place[] {
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : { ...root.$defs?.[schema.$ref.split('/').at(-1) ?? ''], ...without(schema) }

  function* walk(
    given: Schema,
    value: unknown,
    path: Place['path'],
    put: (value: unknown) => unknown,
  ): Generator<Place> {
    const schema = resolve(given)
    yield { path, value, put, kinds: new Set(kindsOf(schema)) }
    for (const option of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
      const inner = resolve(option)
      const fits = isLike(inner, value)
      for (const place of walk(inner, fits ? value : sampleOf(inner), path, put))
        if (place.path.length > path.length) yield place
    }
    if (schema.properties !== undefined) {
      const object = isObject(value) ? value : {}
      for (const [name, property] of Object.entries(schema.properties))
        yield* walk(
          property,
          Object.hasOwn(object, name) ? object[name] : sampleOf(property),
          [...path, name],
          (inner) => put({ ...object, [name]: inner }),
        )
    }
    if (typeof schema.additionalProperties === 'object' && schema.propertyNames !== undefined) {
      const object = isObject(value) ? value : {}
      const [name = String(sampleOf(schema.propertyNames))] = Object.keys(object)
      const property = schema.additionalProperties
      yield* walk(property, object[name] ?? sampleOf(property), [...path, name], (inner) =>
        put({ ...object, [name]: inner }),
      )
    }
    if (schema.items !== undefined) {
      const list = Array.isArray(value) ? value : []
      yield* walk(schema.items, list[0] ?? sampleOf(schema.items), [...path, 0], (inner) =>
        put([inner, ...list.slice(1)]),
      )
    }
  }

  function kindsOf(given: Schema): readonly string[] {
    const { anyOf = [], oneOf = [], allOf = [], const: only, enum: some = [only], type } = resolve(given)
    const options = [...anyOf, ...oneOf, ...allOf]
    if (options.length > 0) return options.flatMap(kindsOf)
    return type === undefined ? some.map(kindOf) : [type === 'integer' ? 'number' : type]
  }

  function sampleOf(given: Schema): unknown {
    const schema = resolve(given)
    if (schema.const !== undefined) return schema.const
    const [known] = [...(schema.examples ?? []), ...(schema.enum ?? [])]
    if (known !== undefined) return known
    if (schema.default !== undefined) return schema.default
    const [option] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
    if (option !== undefined) return sampleOf(option)
    if (schema.type === 'object') return objectOf(schema)
    if (schema.type === 'array') return schema.items === undefined ? [] : [sampleOf(schema.items)]
    if (schema.type === 'string') return textOf(schema)
    if (schema.type === 'boolean') return true
    if (schema.type === 'null') return null
    if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
    throw new Error(`no sample of ${JSON.stringify(schema)}`)
  }

  const objectOf = ({ properties = {}, required = [], additionalProperties, propertyNames }: Schema): object => ({
    ...(typeof additionalProperties === 'object' &&
      propertyNames !== undefined && { [String(sampleOf(propertyNames))]: sampleOf(additionalProperties) }),
    ...Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})])),
  })

  return [...walk(root, example, [], (value) => value)]
}

/** @throws when none of the texts fits: add one */
export function textOf({ pattern = '' }: Schema): string {
  const text = TEXTS.find((one) => new RegExp(pattern, 'u').test(one))
  if (text === undefined) throw new Error(`no text for the pattern ${pattern}`)
  return text
}

export const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value is of the kind that a schema is for. */
function isLike({ type, properties = {}, const: only, enum: some }: Schema, value: unknown): boolean {
  if (only !== undefined) return value === only
  if (some !== undefined) return some.includes(value)
  if (type === 'object') {
    if (!isObject(value)) return false
    const tag = Object.entries(properties).find(([, property]) => property.const !== undefined)
    return tag === undefined
      ? Object.keys(value).every((name) => Object.hasOwn(properties, name))
      : value[tag[0]] === tag[1].const
  }
  return type === 'array' ? Array.isArray(value) : typeof value === type
}

function without({ $ref: _, ...schema }: Schema): Schema {
  return schema
}
