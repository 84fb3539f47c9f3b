import type { Documents } from '../../../shared/aws/document-client.ts'
import { onWire } from '../../conformance/wire/on-wire.ts'
import { noUnits, plusUnits, type Units, unitsOf, type WireAnswer, type WireRequest } from './capacity.ts'

/** What went over the wire. */
export interface Counts extends Units {
  /** Attempts of the SDK count one each. */
  readonly requests: number
}

export interface Meter {
  readonly counts: () => Counts
  readonly reset: () => void
}

interface Seen {
  readonly command: string
  readonly request: string
  readonly answer: string | undefined
}

const READS = new Set(['GetItem', 'Query'])

/** Keeps what a client says and hears, and counts its units by rule when asked: counting is no part of what is timed. */
export function meterOf(client: Pick<Documents, 'config'>): Meter {
  let seen: Seen[] = []
  onWire(client, async ({ command, body }, send) => {
    const place = seen.push({ command, request: body, answer: undefined }) - 1
    const kept = seen
    const answer = await send()
    if (READS.has(command)) kept[place] = { command, request: body, answer: await answer.text() }
    return answer
  })
  const counts = (): Counts => {
    const units = seen.map(({ command, request, answer }) =>
      unitsOf(
        command,
        JSON.parse(request) as WireRequest,
        answer === undefined ? undefined : (JSON.parse(answer) as WireAnswer),
      ),
    )
    return { requests: seen.length, ...units.reduce(plusUnits, noUnits) }
  }
  const reset = () => {
    seen = []
  }
  return { counts, reset }
}
