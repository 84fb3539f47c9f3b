import { type Credits, credits, type Euros, euros } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Instant } from '../../time/instant.ts'
import { type BoughtByHand, boughtWords, readBoughtWords } from './bought-by-hand.ts'

/** Why automatic top-up waits. */
export const waitReasons = [
  'cap-reached',
  'cooldown',
  'declined',
  'no-payment-method',
  'not-completed',
  'provider-refused',
] as const
export type WaitReason = (typeof waitReasons)[number]

/** Why it has stopped until a person acts. */
export const suspendReasons = ['declined', 'disputed', 'refunded'] as const
export type SuspendReason = (typeof suspendReasons)[number]
/** Stops that only a person can lift. */
export type StopReason = Exclude<SuspendReason, 'declined'>

/**
 * The page that opened a top-up, or stopped them: its number, and its epoch where the log was restored, since a restored log has
 * other pages under the same numbers: `17`, `17e1`.
 */
export type TopUpPlace = string

/** The `of` of a retry that no page waits for: it lifts a stop in any state. */
export const OF_NO_PAGE: TopUpPlace = '0'

export const topUpPlace = (seq: number, epoch: number): TopUpPlace => (epoch === 0 ? `${seq}` : `${seq}e${epoch}`)

/** The number of the page that a place names. */
export const seqOfPlace = (place: TopUpPlace): number => Number.parseInt(place, 10)

/**
 * Automatic top-up as of a page: a level, not an edge, so that nothing that goes wrong can leave an account below its
 * threshold without one of these saying why (account-log, "Top-up state").
 */
export type TopUpState =
  | { readonly kind: 'off' }
  /** On, and the balance was not below the threshold. */
  | { readonly kind: 'idle' }
  /** The page at `of` opened a top-up of these credits; only its outcome ends this state. */
  | { readonly kind: 'open'; readonly of: TopUpPlace; readonly buys: Credits }
  /** The top-up opened at `of` did not come to a payment; another try is due at `until`. */
  | { readonly kind: 'waiting'; readonly of: TopUpPlace; readonly until: Instant; readonly reason: WaitReason }
  | { readonly kind: 'suspended'; readonly of: TopUpPlace; readonly reason: SuspendReason }
  /** The log was restored, and may lack credits that were paid: nothing is opened until every payment was held against it. */
  | { readonly kind: 'reconciling'; readonly of: TopUpPlace }

export const topUpStateKinds = [
  'off',
  'idle',
  'open',
  'waiting',
  'suspended',
  'reconciling',
] as const satisfies readonly TopUpState['kind'][]

/** The tally of top-ups so far, for caps, cooldown and levels of notices. Absent: there was none. */
export interface TopUpTally {
  /** Calendar month in the account's time zone that `paid` and `number` count automatic top-ups of: `2026-11`. */
  readonly month: string
  readonly paid: Euros
  readonly number: number
  /** When the newest automatic one was paid; 0: none was. */
  readonly lastPaidAt: Instant
  /** Declines since one was paid. */
  readonly declines: number
  /** What the newest top-up of any kind credited; 0: none did. */
  readonly lastCredits: Credits
  /** Money went back, and no admin said since that automatic top-up may go on. Absent: none did. */
  readonly stopped?: StopReason | undefined
  /** The epoch of the restore since which no payment is begun, until it is reconciled. Absent: none waits. */
  readonly reconciling?: number | undefined
  /** Absent: no person bought anything since purchases are counted. */
  readonly bought?: BoughtByHand | undefined
}

export const noTally: TopUpTally = {
  month: '',
  paid: euros('0'),
  number: 0,
  lastPaidAt: 0,
  declines: 0,
  lastCredits: credits('0'),
}

/** State and tally in one canonical text: part of the page's hash, and as it is stored. */
export function topUpText(state: TopUpState, tally: TopUpTally | undefined): string {
  if (tally === undefined) return stateText(state)
  const { month, paid, number, lastPaidAt, declines, lastCredits, stopped, reconciling, bought } = tally
  const words = [stateText(state), month || '-', plain(paid), number, lastPaidAt, declines, plain(lastCredits)]
  const more = [
    ...(stopped === undefined ? [] : [stopped]),
    ...(reconciling === undefined ? [] : [`${RECONCILING}${reconciling}`]),
    ...(bought === undefined ? [] : boughtWords(bought)),
  ]
  return [...words, ...more].join(' ')
}

const RECONCILING = 'reconciling:'

function stateText(state: TopUpState): string {
  if (state.kind === 'open') return `open:${state.of}:${plain(state.buys)}`
  if (state.kind === 'waiting') return `waiting:${state.of}:${state.until}:${state.reason}`
  if (state.kind === 'reconciling') return `${RECONCILING}${state.of}`
  if (state.kind === 'suspended') return `suspended:${state.of}:${state.reason}`
  return state.kind
}

/** More where something stopped it, it is not reconciled, or persons bought credits. */
const TALLY_WORDS = 6

/** @throws RangeError for a text that `topUpText` does not write */
export function readTopUpText(text: string): { readonly state: TopUpState; readonly tally: TopUpTally | undefined } {
  const [first = '', ...words] = text.split(' ')
  const read = { state: stateOf(first), tally: words.length === 0 ? undefined : tallyOf(words) }
  if (topUpText(read.state, read.tally) !== text) throw unknown(text)
  return read
}

function stateOf(text: string): TopUpState {
  const [kind, ...parts] = text.split(':')
  const [place = '', second = '', third = ''] = parts
  switch (kind) {
    case 'off':
    case 'idle':
      return { kind }
    case 'reconciling':
      return { kind, of: place }
    case 'open':
      return { kind, of: place, buys: credits(second) }
    case 'waiting': {
      const reason = waitReasons.find((one) => one === third)
      if (reason === undefined) throw unknown(text)
      return { kind, of: place, until: Number(second), reason }
    }
    case 'suspended': {
      const reason = suspendReasons.find((one) => one === second)
      if (reason === undefined) throw unknown(text)
      return { kind, of: place, reason }
    }
    default:
      throw unknown(text)
  }
}

function tallyOf(words: readonly string[]): TopUpTally {
  if (words.length < TALLY_WORDS) throw unknown(words.join(' '))
  const [month = '', paid = '', number = '', lastPaidAt = '', declines = '', lastCredits = '', ...more] = words
  // Whatever else stands there is not written again, and so refused.
  const stopped = more.find((word): word is StopReason => word === 'disputed' || word === 'refunded')
  const reconciling = more.find((word) => word.startsWith(RECONCILING))?.slice(RECONCILING.length)
  const bought = readBoughtWords(more)
  return {
    month: month === '-' ? '' : month,
    paid: euros(paid),
    number: Number(number),
    lastPaidAt: Number(lastPaidAt),
    declines: Number(declines),
    lastCredits: credits(lastCredits),
    stopped,
    reconciling: reconciling === undefined ? undefined : Number(reconciling),
    bought,
  }
}

const unknown = (text: string): RangeError => new RangeError(`the unknown top-up state ${JSON.stringify(text)}`)
