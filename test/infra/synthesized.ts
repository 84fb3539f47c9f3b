import { App, Validations } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { GroschenStack } from '../../infra/stack.ts'

const made = new Map<string, Template>()

/** The template, without bundles: what a function's code is does not matter here. Made once for each context and stage. */
export function synthesized(context: Record<string, unknown> = {}, stage = 'test'): Template {
  const key = JSON.stringify([context, stage])
  const template = made.get(key) ?? synthesize(context, stage)
  made.set(key, template)
  return template
}

function synthesize(context: Record<string, unknown>, stage: string): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], ...context } })
  const stack = new GroschenStack(app, `groschen-${stage}`, { stage })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return Template.fromStack(stack)
}

type Properties = Readonly<Record<string, unknown>>

/** Logical id and properties of every resource of a type. */
export const resources = (template: Template, type: string): readonly (readonly [string, Properties])[] =>
  Object.entries(template.findResources(type)).map(([id, resource]) => [
    id,
    (resource['Properties'] ?? {}) as Properties,
  ])

interface Statement {
  readonly Action: string | readonly string[]
  readonly Resource: unknown
}

/** What the role of a function may do, as `action on resource`. */
export function permissionsOf(template: Template, functionId: RegExp): readonly string[] {
  const [, lambda] = resources(template, 'AWS::Lambda::Function').find(([id]) => functionId.test(id)) ?? []
  const { 'Fn::GetAtt': [role] = [] } = (lambda?.['Role'] ?? {}) as { readonly 'Fn::GetAtt'?: readonly string[] }
  return resources(template, 'AWS::IAM::Policy')
    .filter(([, { Roles }]) => JSON.stringify(Roles).includes(`"${role}"`))
    .flatMap(([, { PolicyDocument }]) => (PolicyDocument as { readonly Statement: readonly Statement[] }).Statement)
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} on ${nameOf(resource)}`)),
    )
    .sort()
}

function nameOf(resource: unknown): string {
  if (typeof resource === 'string') return resource
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as {
    'Fn::GetAtt'?: readonly string[]
    'Fn::Join'?: readonly [string, readonly unknown[]]
  }
  if (attribute !== undefined) return attribute[1] === 'Arn' ? String(attribute[0]) : attribute.join('.')
  return join?.[1].map((part) => (typeof part === 'string' ? part : nameOf(part))).join('') ?? JSON.stringify(resource)
}
