import { nextStep, type Seen, type Step } from '../next-step.ts'
import type { TopUp } from '../top-up.ts'
import { askWhetherAwaited, credit, creditAgain, decide, readTally, tellEnd } from './log-steps.ts'
import { askMethod, cancel, charge, closePage, compare, lookUp, makePage } from './provider-steps.ts'
import { awaitBank, awaitPayer, begin, end, keepPaid } from './record-steps.ts'
import { retryWithNewerMethod } from './stored-method.ts'
import type { TopUpPorts } from './top-up-ports.ts'

/** A top-up, and what is known beside its record. */
export interface Standing {
  readonly topUp: TopUp
  readonly seen: Seen
}

/**
 * Takes a top-up as far as it goes now, step by step; `nextStep` says which.
 *
 * @param seen what is known already: a payment that was looked up
 * @returns the top-up as it stands then
 */
export async function advanceTopUp(ports: TopUpPorts, topUp: TopUp, seen: Seen = {}): Promise<TopUp> {
  let standing: Standing = { topUp, seen }
  for (;;) {
    const step = nextStep(standing.topUp, standing.seen, ports.now())
    if (step.kind === 'rest') return standing.topUp
    standing = await perform(ports, standing, step)
  }
}

function perform(ports: TopUpPorts, at: Standing, step: Exclude<Step, { kind: 'rest' }>): Promise<Standing> {
  switch (step.kind) {
    case 'ask-method':
      return askMethod(ports, at)
    case 'look-up':
      return lookUp(ports, at, step.customer)
    case 'close-page':
      return closePage(ports, at, step)
    case 'compare':
      return compare(ports, at, step.payment)
    case 'make-page':
      return makePage(ports, at, step.customer)
    case 'charge':
      return charge(ports, at, step)
    case 'cancel':
      return cancel(ports, at, step.payment)
    case 'decide':
      return decide(ports, at, step.hasMethod)
    case 'read-tally':
      return readTally(ports, at)
    case 'ask-whether-awaited':
      return askWhetherAwaited(ports, at)
    case 'credit':
      return credit(ports, at)
    case 'credit-again':
      return creditAgain(ports, at)
    case 'tell-end':
      return tellEnd(ports, at)
    case 'retry-with-newer-method':
      return retryWithNewerMethod(ports, at)
    case 'begin':
      return begin(ports, at, step)
    case 'await-payer':
      return awaitPayer(ports, at, step)
    case 'await-bank':
      return awaitBank(ports, at, step.payment)
    case 'keep-paid':
      return keepPaid(ports, at, step.payment)
    case 'end':
      return end(ports, at, step)
  }
}
