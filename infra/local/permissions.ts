import type { LocalStack } from './template/local-stack.ts'

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: unknown
}

/** What a function may do: its role's policies, as the template says. */
export type Permissions = readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[]

/**
 * Every function's permissions, by its logical id.
 *
 * @throws Error for a policy with a Deny or a condition: those are not understood here, and must not be ignored
 */
export function permissionsOf(stack: LocalStack): ReadonlyMap<string, Permissions> {
  const policies = stack.ofType('AWS::IAM::Policy').map(({ logicalId, properties }) => ({
    roles: properties['Roles'] as readonly string[],
    allowed: (properties['PolicyDocument'] as { readonly Statement: readonly Statement[] }).Statement.map(
      (statement) => {
        if (statement.Effect !== 'Allow' || statement.Condition !== undefined) {
          throw new Error(`policy ${logicalId}: the runner understands Allow without conditions alone`)
        }
        return { actions: [statement.Action].flat(), resources: [statement.Resource].flat() }
      },
    ),
  }))
  return new Map(
    stack.ofType('AWS::Lambda::Function').map(({ logicalId, properties }) => {
      const role = String(properties['Role']).split('/').at(-1) ?? ''
      return [logicalId, policies.filter(({ roles }) => roles.includes(role)).flatMap(({ allowed }) => allowed)]
    }),
  )
}

/** IAM: `*` stands for any characters. */
export function allows(permissions: Permissions, action: string, resource: string): boolean {
  return permissions.some(
    ({ actions, resources }) =>
      actions.some((pattern) => matches(pattern, action)) && resources.some((pattern) => matches(pattern, resource)),
  )
}

function matches(pattern: string, text: string): boolean {
  const literal = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`).test(text)
}
