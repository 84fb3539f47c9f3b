import type { Random } from '../../world/random.ts'
import type { TrafficOptions } from '../options.ts'

/** What an operator decides about events that are held. */
export interface DecisionRequest {
  readonly at: number
  readonly key: string
  readonly operationId: 'redriveQuarantined' | 'redriveParked' | 'discardQuarantined' | 'discardParked' | 'discardAhead'
  readonly which: Readonly<Record<string, string>>
}

const REASONS = ['event.schema', 'event.conflict', 'account.unknown', 'event.ahead']
const OPERATIONS = [
  ...['redriveQuarantined', 'redriveQuarantined', 'redriveQuarantined', 'redriveParked'],
  ...['discardQuarantined', 'discardParked', 'discardAhead'],
] as readonly DecisionRequest['operationId'][]

const MINUTE_MS = 60_000

export const drawDecisions = (
  random: Random,
  { decisions, minutes }: TrafficOptions,
  start: number,
  accounts: readonly string[],
): readonly DecisionRequest[] =>
  Array.from({ length: decisions }, (_, place) => {
    const operationId = random.pick(OPERATIONS)
    const isByReason = operationId.endsWith('Quarantined') && random.chance(0.4)
    return {
      at: start + random.unit() * (minutes + 30) * MINUTE_MS,
      key: `decision-${place}`,
      operationId,
      which: isByReason ? { reason: random.pick(REASONS) } : { account: random.pick([...accounts, 'nobody-here']) },
    }
  })
