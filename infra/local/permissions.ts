import { UnsupportedTemplate } from './errors.ts'
import type { LocalResource, LocalStack } from './template/local-stack.ts'

interface PolicyDocument {
  readonly Statement: readonly Readonly<Record<string, unknown>>[]
}

/** What a function may do: its role's policies, as the template says. */
export type Permissions = readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[]

/**
 * Every function's permissions, by its logical id.
 *
 * @throws UnsupportedTemplate for a policy with a Deny or a condition: those are not understood here, and must not be
 *   ignored
 */
export function permissionsOf(stack: LocalStack): ReadonlyMap<string, Permissions> {
  const attached = stack.ofType('AWS::IAM::Policy').map(({ logicalId, properties }) => ({
    roles: properties['Roles'] as readonly string[],
    allowed: allowedBy(logicalId, properties['PolicyDocument']),
  }))
  const inline = stack.ofType('AWS::IAM::Role').map((role) => ({
    roles: [roleName(stack, role)],
    allowed: ((role.properties['Policies'] ?? []) as readonly { readonly PolicyDocument: unknown }[]).flatMap(
      ({ PolicyDocument }) => allowedBy(role.logicalId, PolicyDocument),
    ),
  }))
  const policies = [...attached, ...inline]
  return new Map(
    stack.ofType('AWS::Lambda::Function').map(({ logicalId, properties }) => {
      const role = String(properties['Role']).split('/').at(-1) ?? ''
      return [logicalId, policies.filter(({ roles }) => roles.includes(role)).flatMap(({ allowed }) => allowed)]
    }),
  )
}

const roleName = (stack: LocalStack, { logicalId, properties }: LocalResource): string =>
  String(properties['RoleName'] ?? `${stack.name}-${logicalId}`)

const STATEMENT_PARTS: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Action', 'Resource'])

function allowedBy(logicalId: string, document: unknown): Permissions {
  return (document as PolicyDocument).Statement.map((statement) => {
    if (statement['Effect'] !== 'Allow' || !Object.keys(statement).every((part) => STATEMENT_PARTS.has(part)))
      throw new UnsupportedTemplate(logicalId, 'the runner understands Allow of actions on resources alone')
    return {
      actions: [statement['Action']].flat() as readonly string[],
      resources: [statement['Resource']].flat() as readonly string[],
    }
  })
}

/** IAM: `*` stands for any characters, `?` for any one; the case of actions does not matter. */
export function allows(permissions: Permissions, action: string, resource: string): boolean {
  return permissions.some(
    ({ actions, resources }) =>
      actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      resources.some((pattern) => matches(pattern, resource)),
  )
}

function matches(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text
  const literal = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${literal}$`, 's').test(text)
}
