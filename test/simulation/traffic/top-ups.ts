import type { Random } from '../../world/random.ts'
import type { TrafficOptions } from '../options.ts'

/** What people do about buying credits, and what befalls the records of it. */
export interface TopUpRequest {
  readonly at: number
  readonly account: string
  readonly key: string
  readonly kind: 'settings' | 'off' | 'page' | 'method' | 'retry' | 'buy' | 'lose'
  /** Of settings: as the API takes them. */
  readonly autoTopUp: object | undefined
}

const MINUTE_MS = 60_000
const KINDS = ['settings', 'settings', 'off', 'method', 'retry', 'buy', 'buy', 'buy', 'lose', 'lose'] as const

export function drawTopUps(
  random: Random,
  { topUps, minutes }: TrafficOptions,
  start: number,
  accounts: readonly string[],
): readonly TopUpRequest[] {
  const requests: TopUpRequest[] = []
  for (const account of accounts) {
    if (!random.chance(topUps)) continue
    const caps = { paid: random.pick(['60', '300', '5000']), number: random.pick([1, 3, 20]) }
    const cooldownMinutes = random.pick([0, 0, 0, 10])
    const draw = (at: number, kind: TopUpRequest['kind']): void => {
      const threshold = random.pick(['500', '3000', '12000.5'])
      const amount = random.pick(['100', '2000', '5000'])
      const most = random.pick([undefined, undefined, amount, String(3 * Number(amount))])
      const buys = random.chance(0.6) ? { amount, ...(most && { mostPerPurchase: most }) } : { target: '15000' }
      // Up to a target it buys for more than 60 € at once; a cap that has no room for one is refused.
      const monthlyCap = 'target' in buys && caps.paid === '60' ? { ...caps, paid: '160' } : caps
      const autoTopUp = kind === 'settings' ? { threshold, ...buys, monthlyCap, cooldownMinutes } : undefined
      requests.push({ at, account, key: `top-up-${requests.length}`, kind, autoTopUp })
    }
    if (random.chance(0.85)) draw(start - 50 * MINUTE_MS, 'page')
    draw(start - random.pick([40 * MINUTE_MS, 0]), 'settings')
    for (let more = random.below(6); more > 0; more -= 1)
      draw(start + random.unit() * (minutes + 30) * MINUTE_MS, random.pick(KINDS))
    // Somebody in a hurry, or somebody else with the token: more at once than a day may have.
    const rush = start + random.unit() * (minutes + 30) * MINUTE_MS
    for (let more = random.pick([0, 0, 5]); more > 0; more -= 1) draw(rush + more, 'buy')
    // Late enough that a card may have been declined, and automatic top-up have stopped.
    if (random.chance(0.4)) draw(start + (minutes + 30) * MINUTE_MS, 'method')
  }
  return requests.sort((a, b) => a.at - b.at)
}
