import {
  aheadShape,
  discardedShape,
  parkedShape,
  quarantinedShape,
  writePlace,
} from '../../shared/api/held/held-event.ts'
import * as api from '../../shared/api/held/held-events.ts'
import type { ShelfKind } from '../../shared/held/held-event.ts'
import type { HeldEventRecord } from '../../shared/held/held-record.ts'
import { listHeld } from '../../shared/held/io/list-held.ts'
import type { Served } from '../../shared/http/serve.ts'
import { type MeantService, meantServices } from '../../shared/pricing/io/warm-catalogue.ts'
import { type Services, serve } from './services.ts'

/** @param name of the list in the answer */
const listing = (
  operation: typeof api.listParked,
  list: ShelfKind,
  name: string,
  shape: (held: HeldEventRecord, meant: MeantService) => unknown,
) =>
  serve(operation, async ({ query }, { services, tools }) => {
    const { limit, after: place, ...filter } = query
    const after = place && { shelf: place[0], entry: place[1] }
    const { events, next } = await listHeld(services.held, list, { after, limit, filter })
    const meant = list === 'parked' ? await meantServices(services.catalogue, tools.now()) : () => ''
    const shaped = events.map((event) => shape(event, meant))
    return { status: 200, body: { [name]: shaped, next: next && writePlace(list, next) } }
  })

export const heldHandlers: readonly Served<Services>[] = [
  listing(api.listParked, 'parked', 'parked', parkedShape),
  listing(api.listAhead, 'ahead', 'ahead', aheadShape),
  listing(api.listQuarantined, 'quarantine', 'quarantined', quarantinedShape),
  listing(api.listDiscarded, 'discarded', 'discarded', discardedShape),
]
