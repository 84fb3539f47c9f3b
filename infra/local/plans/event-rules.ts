import type { RulePlan } from '../engines/protocol.ts'
import { UnsupportedTemplate } from '../errors.ts'
import type { LocalStack } from '../template/local-stack.ts'
import { resourceName } from './names.ts'

/** `DeadLetterConfig` and `RetryPolicy` are for targets that cannot be reached: here they always can. */
const TARGET_PARTS: ReadonlySet<string> = new Set(['Arn', 'DeadLetterConfig', 'Id', 'RetryPolicy'])

/**
 * Every rule that matches events of a bus and puts them into queues.
 *
 * @throws UnsupportedTemplate for other targets, and for patterns beyond whole texts of source and detail type
 */
export function eventRules(stack: LocalStack): readonly RulePlan[] {
  return stack.ofType('AWS::Events::Rule').flatMap(({ logicalId, properties }) => {
    const pattern = properties['EventPattern']
    if (pattern === undefined || properties['State'] === 'DISABLED') return []
    const { source, 'detail-type': detailTypes, ...others } = pattern as Readonly<Record<string, unknown>>
    if (!isTexts(source) || !isTexts(detailTypes) || Object.keys(others).length > 0)
      throw new UnsupportedTemplate(logicalId, 'the runner matches whole texts of source and detail-type alone')
    const targets = (properties['Targets'] ?? []) as readonly { readonly Arn: string }[]
    return targets.map((target) => {
      const unknown = Object.keys(target).filter((part) => !TARGET_PARTS.has(part))
      if (unknown.length > 0 || !target.Arn.startsWith('arn:aws:sqs:'))
        throw new UnsupportedTemplate(logicalId, 'the runner puts matched events into queues alone, as they are')
      return {
        bus: resourceName(String(properties['EventBusName'] ?? 'default')),
        sources: source,
        detailTypes,
        queue: resourceName(target.Arn),
      }
    })
  })
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
