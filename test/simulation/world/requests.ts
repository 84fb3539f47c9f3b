import { HarnessError } from '../engine/network.ts'
import type { PlainRate } from '../oracle/price.ts'
import type { ApiAnswer } from '../product/product.ts'
import type { CardRequest, GrantRequest } from '../traffic/plan.ts'
import { firstRates, laterRate } from '../traffic/rates.ts'
import type { World } from './world.ts'

/** A change of price is asked for so long before: the function's clock, and its retries, take some of it. */
const NOTICE_MS = 16 * 60_000
const ALWAYS = '1970-01-01T00:00:00Z'

/** Opens the accounts and publishes the first card. */
export function setUp(world: World): void {
  const { admin, plan } = world
  publish(world, 'card-0', ALWAYS, firstRates)
  for (const account of plan.accounts) {
    const body = { account, name: account, timeZone: 'Europe/Berlin', lowBalanceLevels: plan.levels.get(account) }
    admin.send({ operationId: 'openAccount', params: {}, key: `open-${account}`, body }, ({ status, body: answer }) => {
      if (status !== 201) world.network.refuse(new HarnessError(`${account} is not opened: ${JSON.stringify(answer)}`))
    })
  }
}

export function requestGrant({ admin }: World, request: GrantRequest, answers: Map<GrantRequest, ApiAnswer>): void {
  const { account, key, credits } = request
  const body = { amount: { credits }, reason: 'simulated' }
  admin.send({ operationId: 'grantCredits', params: { account }, key, body }, (answer) => answers.set(request, answer))
}

/** A card on the grounds of what stands: another price from soon on, or a price for what had none, for the past too. */
export function requestCard(world: World, { at, kind, price }: CardRequest): void {
  const { cards } = world.oracle.knowledge
  const key = `card-${Math.floor(at)}`
  if (kind === 'add') {
    publish(world, key, ALWAYS, [...firstRates, laterRate])
    return
  }
  const last = cards.reduce((latest, card) => (card.effectiveFrom >= latest.effectiveFrom ? card : latest))
  const rates = last.rates.map((rate) => (rate.service === 'openai/gpt-image-1' ? { ...rate, price } : rate))
  publish(world, key, new Date(Math.floor(at) + NOTICE_MS).toISOString(), rates)
}

function publish({ admin, oracle }: World, key: string, effectiveFrom: string, rates: readonly PlainRate[]): void {
  oracle.knowledge.askedCards.set(key, rates)
  admin.send({ operationId: 'publishRateCard', params: {}, key, body: { effectiveFrom, note: key, rates } })
}
