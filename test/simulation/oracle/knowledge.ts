import type { Plan } from '../traffic/plan.ts'
import type { Element, Variant } from '../traffic/variant.ts'
import { canonical } from './amount.ts'
import { type PlainCard, type PlainContent, variantText } from './price.ts'
import type { StoredCharge } from './read-page.ts'

/** What the oracle knows from outside the product: all that was sent, and what may come of it. */
export interface Knowledge {
  readonly plan: Plan
  /** By identity, then by all that makes a variant. */
  readonly variants: ReadonlyMap<string, ReadonlyMap<string, Variant>>
  /** By the text that was sent; `undefined`: nothing that may be charged. */
  readonly texts: ReadonlyMap<string, Variant | undefined>
  /** Cards asked for, by their key. */
  readonly askedCards: Map<string, PlainContent>
  /** Cards that stand in the table, in the order in which they became visible. */
  readonly cards: PlainCard[]
  /** When an account's log began, by the true clock. */
  readonly openedAt: Map<string, number>
  /** Sent beside the plan, as the answer to something. */
  readonly learned: readonly Element[]
  readonly learn: (element: Element) => void
}

/** Source and id, nothing else. */
export const identityText = ({ source, id }: { readonly source: string; readonly id: string }): string =>
  `${source} ${id}`

export function knowledgeOf(plan: Plan): Knowledge {
  const variants = new Map<string, Map<string, Variant>>()
  const texts = new Map<string, Variant | undefined>()
  const learned: Element[] = []
  const know = ({ text, variant }: Element): void => {
    texts.set(text, variant)
    if (variant === undefined) return
    const identity = identityText(variant)
    const known = variants.get(identity) ?? new Map<string, Variant>()
    variants.set(identity, known.set(variantKey(variant), variant))
  }
  for (const { elements } of plan.sendings) for (const element of elements) know(element)
  const learn = (element: Element): void => {
    learned.push(element)
    know(element)
  }
  return { plan, variants, texts, askedCards: new Map(), openedAt: new Map(), cards: [], learned, learn }
}

/** Equal for equal variants, however they were written. */
export const variantKey = (variant: Variant): string =>
  keyOf(variant.account, { ...variant, variant: variantText(variant.variant) })

/** The same of a charge in an account's log. */
export const chargeKey = (account: string, charge: StoredCharge): string => keyOf(account, charge)

function keyOf(account: string, fields: Omit<StoredCharge, 'kind' | 'boundAt' | 'rateCard' | 'credits'>): string {
  const { source, id, time, user, group, category, service, variant, reservation, quantities } = fields
  const used = Object.entries(quantities)
    .map(([meter, quantity]) => [meter, canonical(quantity)])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return JSON.stringify([account, source, id, time, user, group, category, service, variant, reservation, used])
}
