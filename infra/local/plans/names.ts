import { UnsupportedTemplate } from '../errors.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'

export type Properties = Readonly<Record<string, unknown>>

/** A function's credentials: the boundary in front of the engines knows its role by them. */
export const accessKeyOf = (logicalId: string): string => `FUNCTION${logicalId}`

/** The physical name of a resource: the one its property gives, or the stack's name and its logical id. */
export const nameOf = ({ properties }: LocalResource, stack: LocalStack, logicalId: string, property: string): string =>
  String(properties[property] ?? `${stack.name}-${logicalId}`)

/** The function that an event source mapping, a rule or an integration names by ARN or name. */
export function functionOf(stack: LocalStack, reference: unknown): LocalResource {
  const name = String(reference).split('/invocations')[0]?.split(':').at(-1)
  const found = stack
    .ofType('AWS::Lambda::Function')
    .find((lambda) => nameOf(lambda, stack, lambda.logicalId, 'FunctionName') === name)
  if (found === undefined) throw new UnsupportedTemplate(String(reference), 'names no function of the stack')
  return found
}
