import type { EventBus } from '../../shared/events/io/event-bus.ts'
import type { ChargePorts } from '../../shared/held/io/charge-usage.ts'
import type { HeldTable } from '../../shared/held/io/held-table.ts'

/** What follow-rates reaches out by. */
export interface Ports extends ChargePorts {
  readonly held: HeldTable
  readonly bus: EventBus
}
