import type { ChargePorts } from '../../shared/store/charge-usage.ts'
import type { EventBus } from '../../shared/store/event-bus.ts'
import type { HeldTable } from '../../shared/store/held-table.ts'

/** What follow-rates reaches out by. */
export interface Ports extends ChargePorts {
  readonly held: HeldTable
  readonly bus: EventBus
}
