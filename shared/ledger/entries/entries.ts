import * as z from 'zod/mini'
import type { Credits } from '../../money/amounts.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { type ChargeEntry, chargeDifference, chargeKinds } from './charge.ts'
import { type CreditEntry, creditKinds } from './credit.ts'
import type { EntryKind, StoredKind } from './entry-kind.ts'
import type { Identity } from './identity.ts'
import { type LimitsLogEntry, limitsKinds } from './limits.ts'
import { type RestoreEntry, restoreKinds } from './restore.ts'
import { type OpenEntry, type Settings, type SettingsEntry, settingsKinds } from './settings.ts'
import { type TopUpLogEntry, topUpKinds } from './top-up.ts'

/** An entry that is stored as an object of its own; charges are stored as columns. */
type OtherEntry = OpenEntry | SettingsEntry | CreditEntry | TopUpLogEntry | LimitsLogEntry | RestoreEntry

/** What a page of the log holds. */
export type Entry = ChargeEntry | OtherEntry

/** Every kind of entry, family by family. A new kind is an object in its family's file; a new family also a line here. */
const storedKinds: { readonly [Kind in OtherEntry['kind']]: StoredKind<Extract<OtherEntry, { kind: Kind }>> } = {
  ...settingsKinds,
  ...creditKinds,
  ...topUpKinds,
  ...limitsKinds,
  ...restoreKinds,
}
const kinds = { ...chargeKinds, ...storedKinds }

/** The one cast: TypeScript does not see that the kind of an entry names the row of its own type. */
const kindOf = <E extends Entry>({ kind }: E): EntryKind<E> => kinds[kind] as unknown as EntryKind<E>

export const identityOf = (entry: Entry, account: string): Identity => kindOf(entry).identity(entry, account)

/** The change of the account's totals by an entry: usage moves `charged`, purchases and decisions move `credited`. */
export interface Effect {
  readonly credited: Credits | undefined
  readonly charged: Credits | undefined
}

export function effectOf(entry: Entry): Effect {
  const { credited, charged } = kindOf(entry)
  return { credited: credited?.(entry), charged: charged?.(entry) }
}

/** What happened, in a line for operators. */
export const wordsOf = (entry: Entry): string => kindOf(entry).words(entry)

/** The fields in which a request differs from the entry that has its identity; none: it is a replay. */
export const entryDifference = (asked: Entry, standing: Entry): readonly string[] =>
  asked.kind === standing.kind ? (kindOf(asked).difference?.(asked, standing) ?? []) : ['kind']

/** The fields in which a usage event differs from the entry that has its identity; none: it is a replay. */
export const usageDifference = (event: Omit<UsageEvent, 'account'>, standing: Entry): readonly string[] =>
  standing.kind === 'charge' ? chargeDifference(event, standing) : ['kind']

/** An entry as page format 1 stores it: an object under its own names. */
export type StoredEntry = Readonly<Record<string, unknown>>

export const toStored = (entry: Exclude<Entry, ChargeEntry>): StoredEntry =>
  z.encode(storedKinds[entry.kind].stored as z.core.$ZodType<unknown, StoredEntry>, entry)

/** @throws RangeError or ZodError for what format 1 does not have */
export function fromStored(stored: StoredEntry): Exclude<Entry, ChargeEntry> {
  const kind = String(stored['kind'])
  if (!Object.hasOwn(storedKinds, kind)) throw new RangeError(`no such entry: ${JSON.stringify(stored).slice(0, 100)}`)
  return z.decode(storedKinds[kind as OtherEntry['kind']].stored, stored) as OtherEntry
}

export const isCreditEntry = (entry: Entry): entry is CreditEntry => Object.hasOwn(creditKinds, entry.kind)

/** The settings that these entries make; `undefined`: they leave them as they are. */
export const settingsIn = (entries: readonly Entry[]): Settings | undefined =>
  entries.findLast((entry) => entry.kind === 'open' || entry.kind === 'settings')?.settings
