import { type Amount, amount } from '../amount.ts'
import { type PlainSpan, spanOf } from './calendar.ts'
import type { LimitsLog, StoredLimits } from './limits-log.ts'

/** Somebody on a day. */
export interface Person {
  readonly user: string
  readonly group: string | undefined
  readonly day: string
}

/** What somebody does, as far as limits tell it apart. */
export interface PlainUse {
  readonly category: string
  readonly service: string | undefined
}

/** A limit as it applies to a person on a day. */
export interface PlainLimit {
  readonly key: string
  /** As an answer of the API names it. */
  readonly source: Readonly<Record<string, string>>
  readonly scope: { readonly of: string; readonly user?: string; readonly group?: string }
  readonly category: string | undefined
  readonly service: string | undefined
  readonly span: PlainSpan
  readonly limit: Amount
}

const CATEGORIES = ['text', 'image', 'api', 'other']

const standard = (id: string, ...credits: readonly string[]): StoredLimits['tiers'][number] => ({
  id,
  limits: credits.map((amountOf, place): [string, string] => [CATEGORIES[place]!, amountOf]),
})

/** What an account that never set anything has: everybody in a tier without limits. */
export const unset: StoredLimits = {
  tiers: [
    standard('very-low', '200', '100', '100', '100'),
    standard('low', '500', '200', '200', '200'),
    standard('medium', '1500', '500', '500', '500'),
    standard('high', '4000', '1500', '1500', '1000'),
    standard('very-high', '10000', '4000', '4000', '2500'),
    standard('unlimited'),
  ],
  defaultTier: 'unlimited',
  ceilings: [],
  levels: [50, 80, 100],
  unknown: { user: 'refuse', category: 'refuse', model: 'refuse' },
  holdsBalance: true,
}

/** The tier that somebody is in at a page. */
export function tierOf(log: LimitsLog, user: string, seq: number): StoredLimits['tiers'][number] | undefined {
  const { tiers, defaultTier } = log.settingsAt(seq)?.value ?? unset
  const id = log.tierAt(user, seq) ?? defaultTier
  return tiers.find((tier) => tier.id === id)
}

/** Every limit of somebody at a page. */
export function limitsAt(log: LimitsLog, seq: number, { user, group, day }: Person): readonly PlainLimit[] {
  const tier = tierOf(log, user, seq)
  const month = spanOf({ kind: 'month' }, day)
  const found: PlainLimit[] = []
  for (const category of CATEGORIES) {
    const set = tier?.limits.find(([name]) => name === category)?.[1]
    if (tier === undefined || set === undefined) continue
    const more = log
      .allowancesAt(seq)
      .filter((one) => one.user === user && one.category === category && one.window.key === month.key)
    found.push({
      key: `tier#${category}`,
      source: { kind: 'tier', tier: tier.id, of: 'user' },
      scope: { of: 'user', user },
      category,
      service: undefined,
      span: month,
      limit: more.reduce((sum, { credits }) => sum + amount(credits), amount(set)),
    })
  }
  for (const ceiling of (log.settingsAt(seq)?.value ?? unset).ceilings) {
    const { id, of, category, service } = ceiling
    if (of === 'group' && (group === undefined || (ceiling.group !== undefined && ceiling.group !== group))) continue
    found.push({
      key: `ceiling#${id}`,
      source: { kind: 'ceiling', ceiling: id, of },
      scope: of === 'user' ? { of, user } : of === 'group' ? { of, group: group! } : { of },
      category,
      service,
      span: spanOf(ceiling.window, day),
      limit: amount(ceiling.limit),
    })
  }
  return found
}

/** Whether a limit counts what somebody does. */
export function isCounted(limit: Pick<PlainLimit, 'category' | 'service'>, use: PlainUse): boolean {
  if (limit.category !== undefined && limit.category !== use.category) return false
  if (limit.service === undefined) return true
  if (use.service === undefined) return false
  const [vendor = '', name = ''] = limit.service.split('/')
  return name === '*' ? use.service.split('/')[0] === vendor : use.service === limit.service
}

/** Whether it counts what this person does; on which day, its window decides. */
export const isOfScope = ({ scope }: Pick<PlainLimit, 'scope'>, { user, group }: Omit<Person, 'day'>): boolean =>
  scope.of === 'user' ? scope.user === user : scope.of === 'group' ? scope.group === group : true

/** What the log has of a limit up to a page. */
export function spentAt(log: LimitsLog, limit: PlainLimit, seq: number): Amount {
  let spent = 0n
  for (const row of log.rows) {
    if (row.seq > seq) break
    const isInside = limit.span.from <= row.day && row.day < limit.span.to
    if (isInside && isOfScope(limit, row) && isCounted(limit, row)) spent += row.credits
  }
  return spent
}
