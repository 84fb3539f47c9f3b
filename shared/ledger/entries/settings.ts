import * as z from 'zod/mini'
import { type Credits, credits } from '../../money/amounts.ts'
import type { TopUpTally } from '../tally/top-up-state.ts'
import { type AutoTopUp, storedAutoTopUp } from './auto-top-up.ts'
import { type StoredKind, storedCredits, storedInstant } from './entry-kind.ts'
import { identity, requestIdentity } from './identity.ts'

/** The settings of an account that its log depends on. Amounts in credits. */
export interface Settings {
  /** A notice goes out when the balance falls below one of these. */
  readonly lowBalanceLevels: readonly Credits[]
  /** The same, in percent of what the newest top-up credited; absent: none. */
  readonly lowBalanceShares?: readonly number[] | undefined
  /** Absent: automatic top-up is off. */
  readonly autoTopUp?: AutoTopUp | undefined
}

interface WithSettings<Kind extends string> {
  readonly kind: Kind
  /** The Idempotency-Key of the request. */
  readonly key: string
  readonly actor: string
  readonly at: number
  readonly settings: Settings
}

/** Page 1: the account begins. */
export type OpenEntry = WithSettings<'open'>

/** The account's settings from this page on, all of them. */
export type SettingsEntry = WithSettings<'settings'>

/** The settings stand beside the other fields. */
const storedAs = <Kind extends string>(kind: Kind) =>
  z.codec(
    z.object({
      kind: z.literal(kind),
      key: z.string(),
      actor: z.string(),
      at: storedInstant,
      lowBalanceLevels: z.readonly(z.array(storedCredits)),
      lowBalanceShares: z.optional(z.readonly(z.array(z.number()))),
      autoTopUp: z.optional(storedAutoTopUp),
    }),
    z.custom<WithSettings<Kind>>(),
    {
      decode: ({ key, actor, at, kind: _, ...settings }) => ({ kind, key, actor, at, settings }),
      encode: ({ settings, ...made }) => ({ ...made, ...settings }),
    },
  )

export const settingsKinds: {
  readonly open: StoredKind<OpenEntry>
  readonly settings: StoredKind<SettingsEntry>
} = {
  // Page 1 takes no marker, so its key must not block the same key of another request.
  open: {
    stored: storedAs('open'),
    identity: ({ key }, account) => identity('open', account, key),
    words: () => 'account opened',
  },
  settings: {
    stored: storedAs('settings'),
    identity: ({ key }, account) => requestIdentity(account, key),
    words: () => 'settings changed',
  },
}

/** The low-balance levels: those set as amounts, and those set in percent of the newest top-up; each once. */
export function levelsOf(settings: Settings, tally: TopUpTally | undefined): readonly Credits[] {
  const last = tally?.lastCredits
  const shares =
    last === undefined || last.isZero()
      ? []
      : (settings.lowBalanceShares ?? []).map((percent) => last.times(percent).dividedBy(HUNDRED) as Credits)
  const levels = [...settings.lowBalanceLevels, ...shares]
  return levels.filter((level, place) => levels.findIndex((other) => other.eq(level)) === place)
}

const HUNDRED = credits('100')

/**
 * The levels that a page's balance fell below: an edge between two pages, and a function of them alone, so that anyone
 * can recompute it from the log.
 */
export function crossingsBetween(before: Credits, after: Credits, levels: readonly Credits[]): readonly Credits[] {
  return levels.filter((level) => before.gte(level) && after.lt(level))
}
