import { UnsupportedTemplate } from '../errors.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'

/** A function's credentials: the boundary in front of the engines knows its role by them. */
export const accessKeyOf = (logicalId: string): string => `FUNCTION${logicalId}`

/** The name that a resource is given, or that it gets. */
export const nameOf = ({ logicalId, properties }: LocalResource, stack: LocalStack, property: string): string =>
  String(properties[property] ?? `${stack.name}-${logicalId}`)

/** The last part of an ARN. */
export const resourceName = (arn: string): string => arn.split(':').at(-1)?.split('/').at(-1) ?? ''

/**
 * The function that an event source mapping, a rule or an integration names by ARN or name.
 *
 * @throws UnsupportedTemplate
 */
export function functionOf(stack: LocalStack, logicalId: string, reference: unknown): LocalResource {
  const name = String(reference).split('/invocations')[0]?.split(':').at(-1)
  const found = stack.ofType('AWS::Lambda::Function').find((lambda) => nameOf(lambda, stack, 'FunctionName') === name)
  if (found === undefined)
    throw new UnsupportedTemplate(logicalId, `${String(reference)} names no function of the stack`)
  return found
}
