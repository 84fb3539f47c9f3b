import { UnsupportedTemplate } from '../errors.ts'

/** What intrinsic functions ask for. */
export interface Names {
  /** `Ref`: a parameter's value, a resource's physical id, a pseudo parameter. */
  readonly ref: (logicalId: string) => string
  /** `Fn::GetAtt`. */
  readonly attribute: (logicalId: string, name: string) => string
  /** `Fn::If`. */
  readonly condition: (name: string) => boolean
}

/**
 * A property with every intrinsic function carried out.
 *
 * @throws UnsupportedTemplate for a function that the runner does not know
 */
export function resolve(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, names)).filter((one) => one !== NO_VALUE)
  if (typeof value !== 'object' || value === null) return value

  const [only, ...others] = Object.entries(value)
  if (only !== undefined && others.length === 0) {
    const [name, argument] = only
    const intrinsic = INTRINSICS[name]
    if (intrinsic !== undefined) return intrinsic(argument, names)
    if (name.startsWith('Fn::')) throw new UnsupportedTemplate(name, 'the runner does not know this intrinsic function')
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const resolved = resolve(one, names)
      return resolved === NO_VALUE ? [] : [[key, resolved]]
    }),
  )
}

const NO_VALUE = Symbol('AWS::NoValue')

type Intrinsic = (argument: unknown, names: Names) => unknown

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, names) => (argument === 'AWS::NoValue' ? NO_VALUE : names.ref(String(argument))),
  'Fn::GetAtt': (argument, names) => {
    const [logicalId, name] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.')
    return names.attribute(logicalId ?? '', name ?? '')
  },
  'Fn::Join': (argument, names) => {
    const [separator, parts] = argument as [string, unknown]
    return (resolve(parts, names) as readonly unknown[]).map(String).join(separator)
  },
  'Fn::Sub': (argument, names) => {
    const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>]
    return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      if (name in values) return String(resolve(values[name], names))
      const [logicalId = '', attribute] = name.split('.')
      return attribute === undefined ? names.ref(logicalId) : names.attribute(logicalId, attribute)
    })
  },
  'Fn::Select': (argument, names) => {
    const [index, list] = resolve(argument, names) as [string | number, readonly unknown[]]
    return list[Number(index)]
  },
  'Fn::Split': (argument, names) => {
    const [separator, text] = resolve(argument, names) as [string, string]
    return text.split(separator)
  },
  'Fn::If': (argument, names) => {
    const [condition, yes, no] = argument as [string, unknown, unknown]
    return resolve(names.condition(condition) ? yes : no, names)
  },
  'Fn::Equals': (argument, names) => {
    const [a, b] = resolve(argument, names) as [unknown, unknown]
    return a === b
  },
}
