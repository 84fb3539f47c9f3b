import { decisionOf } from '../../shared/api/fields/decision.ts'
import type { OpenList } from '../../shared/api/held/held-decision.ts'
import * as api from '../../shared/api/held/held-decisions.ts'
import { discardHeld } from '../../shared/held/io/discard-held.ts'
import { redriveHeld } from '../../shared/held/io/redrive-held.ts'
import type { Served } from '../../shared/http/serve.ts'
import { selectHeld } from '../admin-api/held-selection.ts'
import { type Services, serve } from '../admin-api/services.ts'

const redrive = (operation: typeof api.redriveParked, list: OpenList) =>
  serve(operation, async ({ body: { which, after } }, { services, tools }) => {
    const { held, writer, catalogue: rates } = services
    const { events, next } = await selectHeld(held, list, which, after)
    const { counts } = await redriveHeld({ held, writer, rates }, events, tools.now(), tools.remainingMs)
    const { 'given-back': failed, ...others } = counts
    return { status: 200, body: { ...others, failed, ...(next !== undefined && { next }) } }
  })

const discard = (operation: typeof api.discardParked, list: OpenList) =>
  serve(operation, async (request, { services, tools, caller }) => {
    const { which, after } = request.body
    const { actor, at, reason, reference } = decisionOf(request, { caller, tools })
    const { events, next } = await selectHeld(services.held, list, which, after)
    for (const event of events) await discardHeld(services.held, event, { actor, at, reason, reference })
    return { status: 200, body: { discarded: events.length, ...(next !== undefined && { next }) } }
  })

export const heldDecisionHandlers: readonly Served<Services>[] = [
  redrive(api.redriveQuarantined, 'quarantine'),
  discard(api.discardQuarantined, 'quarantine'),
  redrive(api.redriveParked, 'parked'),
  discard(api.discardParked, 'parked'),
  discard(api.discardAhead, 'ahead'),
]
