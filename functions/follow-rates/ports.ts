import type { EventBus } from '../../shared/events/io/event-bus.ts'
import type { HeldTable } from '../../shared/held/io/held-table.ts'
import type { ChargePorts } from '../../shared/pricing/io/charge-usage.ts'

/** What follow-rates reaches out by. */
export interface Ports extends ChargePorts {
  readonly held: HeldTable
  readonly bus: EventBus
}
