import { UnsupportedTemplate } from '../errors.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import { functionOf } from './names.ts'

export interface ScheduleTarget {
  readonly logicalId: string
  readonly expression: string
  readonly function: LocalResource
  readonly input: unknown
}

export function scheduleTargets(stack: LocalStack): readonly ScheduleTarget[] {
  return stack.ofType('AWS::Events::Rule').flatMap(({ logicalId, properties }) => {
    const expression = properties['ScheduleExpression']
    if (typeof expression !== 'string' || properties['EventPattern'] !== undefined)
      throw new UnsupportedTemplate(logicalId, 'the runner knows scheduled rules alone')
    if (properties['State'] === 'DISABLED') return []
    return ((properties['Targets'] ?? []) as readonly { readonly Arn: string; readonly Input?: string }[]).map(
      ({ Arn, Input }) => ({
        logicalId,
        expression,
        function: functionOf(stack, Arn),
        input: Input === undefined ? {} : (JSON.parse(Input) as unknown),
      }),
    )
  })
}
