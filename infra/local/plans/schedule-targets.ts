import { UnsupportedTemplate } from '../errors.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import { functionOf } from './names.ts'

/** A scheduled rule's target, and what it is invoked with. */
export interface ScheduleTarget {
  readonly logicalId: string
  readonly expression: string
  readonly function: LocalResource
  readonly input: unknown
}

/** `RetryPolicy` and `DeadLetterConfig` are for targets that cannot be reached: here they always can. */
const TARGET_PARTS: ReadonlySet<string> = new Set(['Arn', 'DeadLetterConfig', 'Id', 'Input', 'RetryPolicy'])

/**
 * Every target of a scheduled rule that is enabled. Rules that match events: `event-rules.ts`.
 *
 * @throws UnsupportedTemplate
 */
export function scheduleTargets(stack: LocalStack): readonly ScheduleTarget[] {
  return stack.ofType('AWS::Events::Rule').flatMap(({ logicalId, properties }) => {
    const expression = properties['ScheduleExpression']
    const isMatching = properties['EventPattern'] !== undefined
    if (isMatching === (typeof expression === 'string'))
      throw new UnsupportedTemplate(
        logicalId,
        'the runner knows rules with a schedule or a pattern, not with both or none',
      )
    if (isMatching || properties['State'] === 'DISABLED') return []
    const targets = (properties['Targets'] ?? []) as readonly { readonly Arn: string; readonly Input?: string }[]
    return targets.map(({ Arn, Input, ...others }) => {
      const unknown = Object.keys(others).filter((part) => !TARGET_PARTS.has(part))
      if (unknown.length > 0)
        throw new UnsupportedTemplate(logicalId, `the runner does not know ${unknown.join(', ')} of a rule's target`)
      return {
        logicalId,
        expression: String(expression),
        function: functionOf(stack, logicalId, Arn),
        input: Input === undefined ? scheduledEvent(logicalId) : (JSON.parse(Input) as unknown),
      }
    })
  })
}

/** What a target gets that asks for no input of its own. */
const scheduledEvent = (rule: string) => ({ source: 'aws.events', 'detail-type': 'Scheduled Event', rule, detail: {} })
