import { isStaleCharge, nextStep } from '../../next-step.ts'
import type { Seen, Step } from '../../step.ts'
import type { TopUp } from '../../top-up.ts'
import type { TopUpPorts } from '../top-up-ports.ts'
import { logSteps } from './log-steps.ts'
import { providerSteps } from './provider-steps.ts'
import { recordSteps } from './record-steps.ts'
import { methodSteps } from './stored-method.ts'

/** A top-up, with the facts that its record does not have. */
export interface TopUpStanding {
  readonly topUp: TopUp
  readonly seen: Seen
}

/**
 * Takes a top-up as far as it goes now, step by step; `nextStep` says which.
 *
 * @param seen known facts, such as a payment that was looked up
 * @returns the top-up as it stands then
 */
export async function advanceTopUp(ports: TopUpPorts, topUp: TopUp, seen: Seen = {}): Promise<TopUp> {
  let standing: TopUpStanding = { topUp, seen }
  for (;;) {
    const step = nextStep(standing.topUp, standing.seen, ports.now())
    if (step.kind === 'rest') return standing.topUp
    standing = await perform(ports, standing, step)
  }
}

/** Takes a top-up further that a message or the schedule names; one that a person wanted for too long is ended, and told again. */
export async function advanceNamed(ports: TopUpPorts, topUp: TopUp): Promise<TopUp> {
  const isStale = isStaleCharge(topUp, ports.now())
  return await advanceTopUp(ports, isStale ? await advanceTopUp(ports, topUp, { isStale }) : topUp)
}

/** Performs each kind of step. @returns the facts known after it */
export type Performers<Kind extends Step['kind']> = {
  readonly [K in Kind]: (
    ports: TopUpPorts,
    standing: TopUpStanding,
    step: Extract<Step, { readonly kind: K }>,
  ) => Promise<TopUpStanding>
}

type Work = Exclude<Step, { readonly kind: 'rest' }>

const performers: Performers<Work['kind']> = { ...providerSteps, ...logSteps, ...recordSteps, ...methodSteps }

/** Each performer takes the step of its own kind. */
const perform = (ports: TopUpPorts, standing: TopUpStanding, step: Work): Promise<TopUpStanding> =>
  (performers[step.kind] as (ports: TopUpPorts, standing: TopUpStanding, step: Work) => Promise<TopUpStanding>)(
    ports,
    standing,
    step,
  )
