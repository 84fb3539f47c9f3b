import { type Meter, meters } from '../../usage/meters.ts'
import { EVERY_SERVICE } from '../rates/rate-index.ts'
import type { RateCard } from './rate-card.ts'

/** What every service may have beside what it is: a price of these for all of them says nothing about one. */
const FLAT: ReadonlySet<Meter> = new Set(['calls', 'tool_calls', 'workflow_steps', 'runs'])

/** Whether a card has a price of a service itself for an account, not just of a tool call with whatever service. */
export const pricesService = (card: Pick<RateCard, 'mayPrice'>, service: string, account: string): boolean => {
  const has = (name: string, meter: Meter) => card.mayPrice(name, meter, account)
  return meters.some((meter) => has(service, meter) && !(FLAT.has(meter) && has(EVERY_SERVICE, meter)))
}

/** The same for what a limit counts: a service, or a vendor's all (`openai/*`), of which one is enough. */
export const pricesSelected = (
  card: Pick<RateCard, 'mayPrice' | 'names'>,
  selector: string,
  account: string,
): boolean =>
  pricesService(card, selector, account) ||
  (selector.endsWith('/*') && card.names(account).some((name) => name.startsWith(selector.slice(0, -1))))
