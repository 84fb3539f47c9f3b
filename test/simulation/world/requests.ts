import { HarnessError } from '../engine/network.ts'
import type { PlainRate } from '../oracle/price.ts'
import { judgeRerated } from '../oracle/verdict.ts'
import type { ApiAnswer } from '../product/product.ts'
import type { CardRequest, CorrectionRequest, GrantRequest } from '../traffic/plan.ts'
import { firstRates, laterRates, priceNeutralVariants } from '../traffic/rates.ts'
import type { World } from './world.ts'

/** A change of price is asked for so long before: the function's clock, and its retries, take some of it. */
const NOTICE_MS = 16 * 60_000
/** The one whose price changes from card to card: its charges are those that are re-rated. */
const CHANGING_SERVICE = 'openai/gpt-image-1'
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
    publish(world, key, ALWAYS, [...firstRates, ...laterRates])
    return
  }
  const last = cards.reduce((latest, card) => (card.effectiveFrom >= latest.effectiveFrom ? card : latest))
  const rates = last.rates.map((rate) => (rate.service === CHANGING_SERVICE ? { ...rate, price } : rate))
  publish(world, key, new Date(Math.floor(at) + NOTICE_MS).toISOString(), rates)
}

function publish({ admin, oracle }: World, key: string, effectiveFrom: string, rates: readonly PlainRate[]): void {
  const content = { rates, priceNeutralVariants }
  oracle.knowledge.askedCards.set(key, content)
  admin.send({ operationId: 'publishRateCard', params: {}, key, body: { effectiveFrom, note: key, ...content } })
}

/** A re-rating of all that an account ever used, or a refund of one charge; what is not there yet is not asked for. */
export function requestCorrection(world: World, { account, key, kind, which, isPart }: CorrectionRequest): void {
  const { admin, oracle } = world
  const { cards } = oracle.knowledge
  if (kind === 'rerate') {
    const version = cards[Math.floor(which * cards.length)]?.version
    if (version !== undefined) rerate(world, { account, key, version, isDry: isPart })
    return
  }
  const all = [...oracle.ledger.charged.values()].filter((one) => one.account === account)
  const changing = all.filter(({ charge }) => charge.service === CHANGING_SERVICE)
  const charges = changing.length > 0 ? changing : all
  const charge = charges[Math.floor(which * charges.length)]?.charge
  if (charge === undefined) return
  const { source, id } = charge
  const body = { source, id, reason: 'simulated', ...(isPart && { amount: { credits: '0.000001' } }) }
  admin.send({ operationId: 'refundCharge', params: { account }, key, body })
}

/** All accounts to the newest version, with nothing else going on: then each charge has to cost what it says. */
export function rerateAll(world: World): void {
  const { plan, oracle, report } = world
  const version = oracle.knowledge.cards.at(-1)?.version
  if (version === undefined) return
  for (const account of plan.accounts) {
    rerate(world, { account, key: 'last', version, isDry: false }, () =>
      judgeRerated(oracle.knowledge, oracle.ledger, { account, version }, report),
    )
  }
}

interface Rerating {
  readonly account: string
  readonly key: string
  readonly version: number
  readonly isDry: boolean
}

function rerate({ admin }: World, of: Rerating, onDone: () => void = () => undefined): void {
  const { account, version, isDry } = of
  const send = (round: number): void => {
    const times = { from: ALWAYS, to: '2100-01-01T00:00:00Z' }
    const body = { ...times, rateCard: version, dryRun: isDry, reason: 'simulated' }
    const key = `${of.key}-${round}`
    admin.send({ operationId: 'rerateCharges', params: { account }, key, body }, (answer) => {
      const { isDone, corrected } = answer.body as { readonly isDone?: boolean; readonly corrected?: number }
      if (isDone === true) onDone()
      // As the command does: one that gets nowhere is given up.
      else if (isDone === false && !isDry && (corrected ?? 0) > 0) send(round + 1)
    })
  }
  send(0)
}
