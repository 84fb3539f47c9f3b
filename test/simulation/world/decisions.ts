import type { DecisionRequest } from '../traffic/decisions.ts'
import { UNKNOWN_ACCOUNT } from '../traffic/plan.ts'
import type { World } from './world.ts'

/** An operator decides about what is held, page after page. */
export function requestDecision(
  { admin }: World,
  { key, operationId, which }: DecisionRequest,
  onDone: () => void = () => undefined,
): void {
  const send = (round: number, after: string | undefined): void => {
    const isDiscard = operationId.startsWith('discard')
    const body = { which, ...(after !== undefined && { after }), ...(isDiscard && { reason: 'simulated' }) }
    admin.send({ operationId, params: {}, key: `${key}-${round}`, body }, (answer) => {
      const { next } = answer.body as { readonly next?: string }
      if (next === undefined) onDone()
      else send(round + 1, next)
    })
  }
  send(0, undefined)
}

export function openUnknownAccount({ admin }: World): void {
  const body = { account: UNKNOWN_ACCOUNT, name: UNKNOWN_ACCOUNT, timeZone: 'Europe/Berlin' }
  admin.send({ operationId: 'openAccount', params: {}, key: `open-${UNKNOWN_ACCOUNT}`, body })
}

/** Everything in quarantine that names an account, with nothing else going on: then all that may be charged has to be. */
export function redriveAll(world: World): void {
  for (const account of [...world.plan.accounts, UNKNOWN_ACCOUNT]) {
    requestDecision(world, { at: 0, key: `last-${account}`, operationId: 'redriveQuarantined', which: { account } })
  }
}
