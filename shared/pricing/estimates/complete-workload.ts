import { tokensOfLength } from './chat-lengths.ts'
import type { Workload } from './workload.ts'

const USUAL_WORKDAYS = '21'
const USUAL_WORKFLOW = 'platform/workflow-wizard'

/**
 * A workload with everything said that may be left out: names of lengths are tokens. It is a workload itself, so an answer
 * that shows it can be changed and sent again.
 */
export function completeWorkload(given: Workload) {
  const { people, workdays = USUAL_WORKDAYS, chats = [], images = [], workflows = [], usages = [] } = given
  return {
    people,
    workdays,
    chats: chats.map(({ length, toolCalls = 0, models, ...often }) => ({
      ...complete(often),
      length: typeof length === 'string' ? tokensOfLength[length] : length,
      toolCalls,
      models,
    })),
    images: images.map(complete),
    workflows: workflows.map(({ service = USUAL_WORKFLOW, ...often }) => ({ ...complete(often), service })),
    usages: usages.map(complete),
  }
}

export type CompleteWorkload = ReturnType<typeof completeWorkload>

export interface Often {
  readonly times: string
  readonly per: 'day' | 'month'
}

const complete = <T extends { readonly per?: Often['per'] | undefined }>(often: T) => ({
  ...often,
  per: often.per ?? ('day' as const),
})
