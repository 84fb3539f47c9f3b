import { DAY_MS } from '../../shared/time/instant.ts'
import { readPayer } from '../../shared/top-ups/io/payers-table.ts'
import { moveTopUp, readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { answered } from './answered.ts'
import { creditAgain, creditTopUp } from './credit-top-up.ts'
import { decisionOn, isAwaited } from './decision-on.ts'
import { endAgain, endTopUp, notCompleted, providerRefused } from './end-top-up.ts'
import { lookUp } from './look-up.ts'
import type { Ports, Working } from './ports.ts'
import { resolvePayment } from './resolve-payment.ts'

/** Takes a top-up as far as it goes now. Answers with it as it stands then. */
export async function advanceTopUp(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  switch (topUp.status) {
    case 'wanted':
      return await decide(ports, topUp, working)
    case 'paying':
    case 'processing':
    case 'needs-action':
      return await resolvePayment(ports, topUp, working)
    case 'paid':
      return await creditTopUp(ports, topUp, working)
    case 'skipped':
    case 'failed':
      return await endAgain(ports, topUp, working)
    case 'credited':
    case 'refunded':
    case 'disputed':
      // A log that came back from a backup may have lost it.
      return (await isAwaited(ports, topUp)) ? await creditAgain(ports, topUp, working) : topUp
  }
}

async function decide(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  const { account, origin } = topUp
  // Whoever made it takes it further: credits it, or opens the page where it is paid.
  if (origin.kind === 'invoice') return topUp
  if (origin.kind === 'manual' && origin.by === 'checkout')
    return working.now() - topUp.createdAt > DAY_MS
      ? await endTopUp(ports, topUp, notCompleted(working.now()), working)
      : topUp
  const payer = await readPayer(ports.accounts, account)
  const asked = payer && (await answered(() => ports.provider.methodOf(payer.customer)))
  const method = asked?.kind === 'answer' ? asked.answer?.id : undefined
  const decision = await decisionOn(ports, topUp, method !== undefined, working)
  if (decision.kind === 'pay') return await begin(ports, topUp, payer?.customer, method, working)

  // A record that was lost and made again does not know what was begun before.
  const look = payer && (await lookUp(ports, topUp, payer.customer))
  if (look?.kind === 'begun')
    return await begin(ports, topUp, payer?.customer, look.payment.method?.id, working, look.payment.createdAt)
  if (decision.kind === 'wait') return topUp
  if (asked?.kind !== 'refused' || decision.reason !== 'no-payment-method')
    return await endTopUp(ports, topUp, decision, working)
  working.report({ account, topUp: topUp.id, payment: 'none', detail: asked.detail })
  return await endTopUp(ports, topUp, providerRefused(working.now()), working)
}

/** From here on the provider is asked what became of it. */
async function begin(
  ports: Ports,
  topUp: TopUp,
  customer: string | undefined,
  method: string | undefined,
  working: Working,
  askedAt: number = working.now(),
): Promise<TopUp> {
  const now = working.now()
  const changes = { status: 'paying', customer, method, askedAt, begunAt: now, updatedAt: now } as const
  const paying = await moveTopUp(ports.topUps, topUp, changes)
  return await advanceTopUp(ports, paying ?? (await again(ports, topUp)), working)
}

async function again({ topUps }: Pick<Ports, 'topUps'>, { account, id }: TopUp): Promise<TopUp> {
  const standing = await readTopUp(topUps, account, id)
  if (standing === undefined) throw new Error(`top-up ${id} of ${account} was there and is gone`)
  return standing
}
