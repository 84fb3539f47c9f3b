import { publishEvents } from '../../../events/io/event-bus.ts'
import type { Seen } from '../../step.ts'
import { statusOfEnd, type TopUp } from '../../top-up.ts'
import { actionRequired, type TopUpEvent } from '../../top-up-events.ts'
import { reportOn, type TopUpPorts } from '../top-up-ports.ts'
import { moveTopUp, readTopUp } from '../top-ups-table.ts'
import type { Performers, TopUpStanding } from './advance-top-up.ts'

type Changes = Omit<Parameters<typeof moveTopUp>[2], 'updatedAt'>

/** How the record moves. */
export const recordSteps: Performers<'begin' | 'await-payer' | 'await-bank' | 'keep-paid' | 'end'> = {
  // After this step, only the provider can say whether a payment exists.
  begin: async (ports, { topUp }, { customer, method, askedAt }) => {
    const now = ports.now()
    const changes = { status: 'paying', customer, method, askedAt, begunAt: now, updatedAt: now } as const
    const paying = await moveTopUp(ports.topUps, topUp, changes)
    if (paying !== undefined) return { topUp: paying, seen: {} }
    const standing = await readTopUp(ports.topUps, topUp.account, topUp.id)
    if (standing === undefined) throw new Error(`top-up ${topUp.id} of ${topUp.account} was there and is gone`)
    return { topUp: standing, seen: {} }
  },

  // The payer's bank wants the payer's confirmation: there is a page for that, and a notice with its address.
  'await-payer': async (ports, { topUp }, { payment, page }) => {
    const changes = { status: 'needs-action', checkout: page, updatedAt: ports.now() } as const
    await tellPayer(ports, topUp, actionRequired({ ...topUp, ...changes }, page.url))
    const asking = (await moveTopUp(ports.topUps, topUp, changes)) ?? (await reread(ports, topUp))
    return payment.status === 'needs-action' ? { topUp: asking, seen: { leftover: payment } } : done(asking)
  },

  // A debit takes days: the provider says when it is there.
  'await-bank': async (ports, { topUp }, { payment }) =>
    done((await moveRecord(ports, topUp, { status: 'processing', payment: payment.id })).topUp),

  'keep-paid': async (ports, { topUp }, { payment: { id, method } }) =>
    await moveRecord(ports, topUp, {
      status: 'paid',
      payment: id,
      paidAt: ports.now(),
      paidWith: method && `${method.brand} ${method.lastFour}`,
      reason: undefined,
      declineCode: undefined,
      nextTry: undefined,
      checkout: undefined,
    }),

  // In the record first, so that it is not paid from then on; the next step tells the log.
  end: async (ports, { topUp }, { end: { reason, until, declines = 0, declineCode }, finding }) => {
    if (finding !== undefined) reportOn(ports, topUp, finding.payment, finding.detail)
    const nextTry = topUp.origin.kind === 'automatic' ? until : undefined
    const status = statusOfEnd(reason)
    return await moveRecord(ports, topUp, { status, reason, declines, declineCode, nextTry, checkout: undefined })
  },
}

/** Nothing follows: the record is in another's hands, or waits. */
export const done = (topUp: TopUp): TopUpStanding => ({ topUp, seen: { isDone: true } })

/** Moves the record. Where another process moved it first, its record stands, and that process takes it further. */
export async function moveRecord(
  ports: TopUpPorts,
  topUp: TopUp,
  changes: Changes,
  seen: Seen = {},
): Promise<TopUpStanding> {
  const moved = await moveTopUp(ports.topUps, topUp, { ...changes, updatedAt: ports.now() })
  return moved === undefined ? done(await reread(ports, topUp)) : { topUp: moved, seen }
}

/** The record as it stands now. */
const reread = async ({ topUps }: TopUpPorts, topUp: TopUp): Promise<TopUp> =>
  (await readTopUp(topUps, topUp.account, topUp.id)) ?? topUp

/**
 * Publishes events of a top-up that no page of the log has. An event that the bus will never take is reported, and the top-up goes on.
 *
 * @throws EventsNotPublished while the bus takes nothing
 */
export async function tellPayer(ports: TopUpPorts, topUp: TopUp, event: TopUpEvent): Promise<void> {
  for (const { reason } of await publishEvents(ports.bus, [event]))
    reportOn(ports, topUp, topUp.payment ?? '', `${event.id} was not published: ${reason}`)
}
