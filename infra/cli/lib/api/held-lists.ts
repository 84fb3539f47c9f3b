import type { AheadAnswer, ParkedAnswer, QuarantinedAnswer } from './api-answers.ts'
import type { ApiClient } from './api-client.ts'

/** Everything that waits instead of being charged. */
export interface HeldLists {
  readonly parked: readonly ParkedAnswer[]
  readonly ahead: readonly AheadAnswer[]
  readonly quarantined: readonly QuarantinedAnswer[]
}

const EVENTS_A_REQUEST = 100

export const noHeldLists: HeldLists = { parked: [], ahead: [], quarantined: [] }

export async function readHeldLists(api: ApiClient): Promise<HeldLists> {
  const parked: ParkedAnswer[] = []
  const ahead: AheadAnswer[] = []
  const quarantined: QuarantinedAnswer[] = []
  await eachAnswer<{ parked: readonly ParkedAnswer[] }>(api, '/v1/parked', (answer) => parked.push(...answer.parked))
  await eachAnswer<{ ahead: readonly AheadAnswer[] }>(api, '/v1/ahead', (answer) => ahead.push(...answer.ahead))
  await eachAnswer<{ quarantined: readonly QuarantinedAnswer[] }>(api, '/v1/quarantine', (answer) =>
    quarantined.push(...answer.quarantined),
  )
  return { parked, ahead, quarantined }
}

async function eachAnswer<T>(api: ApiClient, path: string, take: (answer: T) => void): Promise<void> {
  let next: string | undefined
  do {
    const cursor: string = next === undefined ? '' : `&after=${encodeURIComponent(next)}`
    const answer = await api.get<T & { next?: string }>(`${path}?limit=${EVENTS_A_REQUEST}${cursor}`)
    take(answer)
    next = answer.next
  } while (next !== undefined)
}
