import { decisionOf } from '../../shared/api/fields/decision.ts'
import * as api from '../../shared/api/held/held-decisions.ts'
import { readPlace, writePlace } from '../../shared/api/held/held-event.ts'
import type { HeldTable } from '../../shared/held/io/held-table.ts'
import { type Selection, selectHeld } from '../../shared/held/io/list-held.ts'
import { redriveHeld } from '../../shared/held/io/redrive-held.ts'
import type { Served } from '../../shared/http/serve.ts'
import { type Services, serve } from './services.ts'

const redrive = (operation: typeof api.redriveParked, list: api.OpenList) =>
  serve(operation, async ({ body }, { services, tools }) => {
    const { held, writer, catalogue: rates } = services
    const { events, next } = await select(held, list, body)
    const { counts } = await redriveHeld({ held, writer, rates }, events, tools.now(), tools.remainingMs)
    const { 'given-back': failed, ...others } = counts
    return { status: 200, body: { ...others, failed, ...(next && { next: writePlace(list, next) }) } }
  })

const discard = (operation: typeof api.discardParked, list: api.OpenList) =>
  serve(operation, async (request, { services, tools, caller }) => {
    const { actor, at, reason, reference } = decisionOf(request, { caller, tools })
    const { events, next } = await select(services.held, list, request.body)
    for (const event of events) await services.held.discard(event, { actor, at, reason, reference })
    return { status: 200, body: { discarded: events.length, next: next && writePlace(list, next) } }
  })

type Which = Omit<Selection, 'places'> & { readonly entries?: readonly string[] | undefined }

function select(
  held: HeldTable,
  list: api.OpenList,
  { which: { entries, ...which }, after }: { readonly which: Which; readonly after?: string | undefined },
) {
  const places = entries?.map((entry) => readPlace(list, entry))
  const from = after === undefined ? undefined : readPlace(list, after)
  return selectHeld(held, list, { ...which, places }, { after: from, limit: api.EVENTS_A_REQUEST })
}

export const heldDecisionHandlers: readonly Served<Services>[] = [
  redrive(api.redriveQuarantined, 'quarantine'),
  discard(api.discardQuarantined, 'quarantine'),
  redrive(api.redriveParked, 'parked'),
  discard(api.discardParked, 'parked'),
  discard(api.discardAhead, 'ahead'),
]
