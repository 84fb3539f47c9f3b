import * as z from 'zod/mini'
import { dayIn, euroText } from '../billing/local-form.ts'
import { limitEventKinds } from '../limits/told/limit-events.ts'
import { upgradeEventKinds } from '../limits/told/upgrade-events.ts'
import { euros } from '../money/amounts.ts'
import type { Language } from '../text/language.ts'
import { parseInstant } from '../time/instant.ts'
import { type Category, categories } from '../usage/meters.ts'
import { limitWords } from './limit-words.ts'

const amount = z.object({ eur: z.string(), credits: z.string() })
const window = z.object({ to: z.string() })

/** `groschen.limit.…` as it came over the bus. */
export const limitSchema = z.object({
  kind: z.enum(limitEventKinds.map((kind) => `limit-${kind}` as const)),
  data: z.object({
    account: z.string(),
    user: z.optional(z.string()),
    group: z.optional(z.string()),
    limit: z.object({ name: z.string() }),
    category: z.optional(z.enum(categories)),
    service: z.optional(z.string()),
    level: z.optional(z.number()),
    amount,
    spent: amount,
    window,
    tells: z.object({ user: z.boolean(), admins: z.boolean() }),
  }),
})

const grant = z.object({ tier: z.optional(z.string()), amount: z.optional(amount) })

/** `groschen.upgrade-request.…` as it came over the bus. */
export const upgradeSchema = z.object({
  kind: z.enum(upgradeEventKinds.map((kind) => `upgrade-${kind}` as const)),
  data: z.object({
    account: z.string(),
    user: z.string(),
    category: z.enum(categories),
    window,
    wish: z.optional(grant),
    granted: z.optional(grant),
    reason: z.optional(z.string()),
    word: z.optional(z.string()),
  }),
})

type ToldLimit = z.infer<typeof limitSchema>
type ToldUpgrade = z.infer<typeof upgradeSchema>

/** The text, without greeting and reference. */
export interface SaidOfLimit {
  readonly subject: string
  readonly paragraphs: readonly string[]
}

/** @param isUser the reader is the user whose limit it is, not an admin */
export function limitNotice({ kind, data }: ToldLimit, language: Language, isUser: boolean): SaidOfLimit {
  const words = limitWords[language]
  const { user, group, level = 0, category, service } = data
  const whose =
    user === undefined
      ? group === undefined
        ? words.whose.account
        : words.whose.group(group)
      : isUser
        ? words.whose.own
        : words.whose.user(user)
  const limit = words.limit(data.limit.name, words.usageOf(category && words.categories[category], service))
  const spent = words.spent(money(data.spent, language), money(data.amount, language))
  if (kind === 'limit-cleared')
    return { subject: words.cleared.subject, paragraphs: [words.cleared.text(whose, limit), spent] }
  const isReached = kind === 'limit-reached'
  return {
    subject: isReached ? words.reached.subject : words.warning.subject(String(level)),
    paragraphs: [
      (isReached ? words.reached : words.warning).text(whose, limit),
      spent,
      words.anew(dayIn(parseInstant(`${data.window.to}T00:00:00Z`) ?? 0, 'UTC', language)),
      isUser ? words.remedyOfUser : words.remedyOfAdmins,
    ],
  }
}

/** The mail about an upgrade request: filed, approved or rejected. */
export function upgradeNotice({ kind, data }: ToldUpgrade, language: Language): SaidOfLimit {
  const words = limitWords[language]
  const { user, category, wish, granted, reason, word } = data
  const usage = words.categories[category satisfies Category]
  const told = (what: z.infer<typeof grant> = {}) =>
    words.upgrade.wish({ tier: what.tier, amount: what.amount && money(what.amount, language) }, usage)
  switch (kind) {
    case 'upgrade-filed': {
      const { subject, text } = words.upgrade.filed
      const because = reason === undefined ? [] : [words.upgrade.reason(reason)]
      return { subject: subject(user), paragraphs: [text(user, told(wish)), ...because, words.upgrade.decide] }
    }
    case 'upgrade-approved': {
      const { subject, text } = words.upgrade.approved
      return { subject, paragraphs: [text(told(granted)), ...(word === undefined ? [] : [words.upgrade.word(word)])] }
    }
    case 'upgrade-rejected': {
      const { subject, text } = words.upgrade.rejected
      return { subject, paragraphs: [text, ...(word === undefined ? [] : [words.upgrade.word(word)])] }
    }
  }
}

const money = ({ eur }: z.infer<typeof amount>, language: Language): string => euroText(euros(eur), language)
