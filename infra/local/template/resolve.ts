/** What intrinsic functions ask for. */
export interface Names {
  /** `Ref`: a parameter's value, a resource's physical id, a pseudo parameter. */
  readonly ref: (logicalId: string) => string
  /** `Fn::GetAtt`. */
  readonly attribute: (logicalId: string, name: string) => string
  /** `Fn::If`. */
  readonly condition: (name: string) => boolean
}

/** The template uses an intrinsic function that the runner does not know. */
export class UnknownIntrinsic extends Error {
  constructor(name: string) {
    super(`the runner does not know the intrinsic function ${name}`)
  }
}

/**
 * A property with every intrinsic function carried out.
 *
 * @throws UnknownIntrinsic
 */
export function resolve(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, names)).filter((one) => one !== NO_VALUE)
  if (typeof value !== 'object' || value === null) return value

  const [only, ...others] = Object.entries(value)
  if (only !== undefined && others.length === 0) {
    const [name, argument] = only
    const intrinsic = INTRINSICS.get(name)
    if (intrinsic !== undefined) return intrinsic(argument, names)
    if (name.startsWith('Fn::')) throw new UnknownIntrinsic(name)
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const resolved = resolve(one, names)
      return resolved === NO_VALUE ? [] : [[key, resolved]]
    }),
  )
}

/**
 * An expression of the section `Conditions`. There, and only there, `{"Condition": name}` means another condition: in a
 * policy statement the same key means something else.
 *
 * @throws UnknownIntrinsic
 */
export function holds(expression: unknown, names: Names): boolean {
  const [[name, argument] = ['nothing', undefined]] = Object.entries((expression ?? {}) as object)
  const parts = (argument ?? []) as readonly unknown[]
  switch (name) {
    case 'Condition':
      return names.condition(String(argument))
    case 'Fn::Equals': {
      const [a, b] = resolve(parts, names) as [unknown, unknown]
      return a === b
    }
    case 'Fn::Not':
      return !holds(parts[0], names)
    case 'Fn::And':
      return parts.every((part) => holds(part, names))
    case 'Fn::Or':
      return parts.some((part) => holds(part, names))
    default:
      throw new UnknownIntrinsic(name)
  }
}

const NO_VALUE = Symbol('AWS::NoValue')

type Intrinsic = (argument: unknown, names: Names) => unknown

const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', (argument, names) => (argument === 'AWS::NoValue' ? NO_VALUE : names.ref(String(argument)))],
  [
    'Fn::GetAtt',
    (argument, names) => {
      const [logicalId = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.')
      return names.attribute(logicalId, path.join('.'))
    },
  ],
  [
    'Fn::Join',
    (argument, names) => {
      const [separator, parts] = argument as [string, unknown]
      return (resolve(parts, names) as readonly unknown[]).map(String).join(separator)
    },
  ],
  ['Fn::Sub', substitute],
  [
    'Fn::Select',
    (argument, names) => {
      const [index, list] = resolve(argument, names) as [string | number, readonly unknown[]]
      return list[Number(index)]
    },
  ],
  [
    'Fn::Split',
    (argument, names) => {
      const [separator, text] = resolve(argument, names) as [string, string]
      return text.split(separator)
    },
  ],
  [
    'Fn::If',
    (argument, names) => {
      const [condition, yes, no] = argument as [string, unknown, unknown]
      return resolve(names.condition(condition) ? yes : no, names)
    },
  ],
])

/** `Fn::Sub`: `${Name}` and `${Name.Attribute}`; `${!Name}` stands for the text `${Name}`. */
function substitute(argument: unknown, names: Names): string {
  const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>]
  return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`
    if (Object.hasOwn(values, name)) return String(resolve(values[name], names))
    const [logicalId = '', ...path] = name.split('.')
    return path.length === 0 ? names.ref(logicalId) : names.attribute(logicalId, path.join('.'))
  })
}
