import { hash } from 'node:crypto'
import { brotliDecompressSync } from 'node:zlib'
import type { Item } from '../services/expressions.ts'
import { boundId } from './bound-id.ts'

/** An entry as it stands in a page of format 1, read from the bytes by a reader of the oracle's own. */
type StoredEntry = StoredCharge | StoredOther

export interface StoredCharge {
  readonly kind: 'charge'
  readonly source: string
  readonly id: string
  readonly boundAt: number | undefined
  readonly time: number
  readonly user: string
  readonly group: string | undefined
  readonly category: string
  readonly service: string
  readonly variant: string
  readonly reservation: string | undefined
  readonly quantities: Readonly<Record<string, string>>
  readonly rateCard: number
  readonly credits: string
}

export interface StoredOther {
  readonly kind:
    | ('open' | 'settings' | 'grant' | 'adjustment' | 'refund' | 'reversal' | 'rerating' | 'restore')
    | ('top-up' | 'top-up-ended' | 'top-up-retry' | 'payment-reversal' | 'reconciled')
    | ('top-up-wanted' | 'top-up-not-paid')
    | ('limits' | 'user-tiers' | 'upgrade-request' | 'upgrade-decision')
  readonly key: string
  readonly at: number
  readonly credits?: string
  readonly lowBalanceLevels?: readonly string[]
  readonly lowBalanceShares?: readonly number[]
  readonly autoTopUp?: StoredAuto
  /** Of a top-up and its reversal. */
  readonly payment?: string
  readonly taking?: string
  readonly cause?: string
  readonly month?: string
  readonly day?: string
  readonly paid?: string
  /** Where a top-up was opened. */
  readonly of?: string
  readonly reason?: string
  readonly until?: number
  readonly declines?: number
  /** Of a restore. */
  readonly epoch?: number
  readonly holdsTopUps?: boolean
  /** Of a refund or a re-rating: the charge. */
  readonly source?: string
  readonly id?: string
  /** Of a re-rating. */
  readonly nth?: number
  readonly rateCard?: number
  readonly time?: number
  readonly user?: string
  readonly group?: string
  readonly category?: string
  readonly service?: string
  /** Of limits, as `oracle/limits/limits-log.ts` reads them. */
  readonly settings?: unknown
  readonly tiers?: readonly (readonly [user: string, tier: string | null])[]
  /** Of an upgrade request and its decision. */
  readonly window?: { readonly key: string; readonly from: string; readonly to: string }
  readonly granted?: { readonly tier?: string; readonly credits?: string }
}

export interface StoredAuto {
  readonly threshold: string
  readonly amount?: string
  readonly target?: string
  /** Of one purchase, in multiples of the amount. */
  readonly most?: string
  readonly capPaid: string
  readonly capNumber: number
  readonly cooldownMinutes: number
}

export interface StoredPage {
  readonly account: string
  readonly seq: number
  readonly logTime: number
  readonly writtenAt: number
  readonly balance: string
  readonly credited: string
  readonly charged: string
  readonly crossings: readonly string[]
  /** State and tally of automatic top-up, as they stand. */
  readonly topUp: string
  readonly epoch: number
  readonly settingsSeq: number
  readonly entryCount: number
  readonly bodyBytes: number
  readonly hash: string
  readonly previousHash: string
  /** The hash as it ought to be. */
  readonly recomputed: string
  readonly entries: readonly StoredEntry[]
}

const METERS = [
  ...['input_tokens', 'cached_input_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'output_tokens'],
  ...['reasoning_tokens', 'input_audio_tokens', 'output_audio_tokens', 'images', 'characters', 'seconds', 'pages'],
  ...['calls', 'tool_calls', 'workflow_steps', 'runs'],
]
const CATEGORIES = ['text', 'image', 'api', 'other']

export function readPage(item: Item): StoredPage {
  const text = (name: string): string => item[name]?.N ?? item[name]?.S ?? ''
  const hex = (name: string): string => Buffer.from(item[name]?.B ?? []).toString('hex')
  const account = text('account')
  const body = item['z']!.B!
  const crossings = item['x']?.L?.map((level) => level.N ?? '') ?? []
  const header = [
    ...[Number(text('v')), account, Number(text('seq')), Number(text('t')), Number(text('w'))],
    ...[text('b'), text('c'), text('d'), text('u'), crossings, Number(text('n')), Number(text('s'))],
    ...[item['e']?.L?.map((cut) => Number(cut.N)) ?? [], hex('r'), hex('p'), hash('sha256', body)],
  ]
  return {
    account,
    seq: Number(text('seq')),
    logTime: Number(text('t')),
    writtenAt: Number(text('w')),
    balance: text('b'),
    credited: text('c'),
    charged: text('d'),
    crossings,
    topUp: text('u'),
    epoch: item['e']?.L?.length ?? 0,
    settingsSeq: Number(text('s')),
    entryCount: Number(text('n')),
    bodyBytes: body.length,
    hash: hex('h'),
    previousHash: hex('p'),
    recomputed: hash('sha256', JSON.stringify(header)),
    entries: readBody(brotliDecompressSync(body).toString(), account),
  }
}

type Column<T> = T | readonly [values: readonly T[], places: readonly number[]]
type Body = readonly [
  ...[Column<string>, Column<string>, Column<string>, Column<string>, Column<string | null>, Column<number>],
  ...[Column<number>, Column<string | null>, readonly (number | null)[], string, readonly string[], readonly number[]],
  ...[readonly (readonly [number, string])[], string, readonly (readonly [number, StoredOther])[]],
]

function readBody(text: string, account: string): readonly StoredEntry[] {
  const [sources, services, variants, users, groups, categories, cards, reservations, ...rest] = JSON.parse(
    text,
  ) as Body
  const [idTimes, randoms, opaqueIds, times, quantities, credits, others] = rest
  const amounts = credits.split(',')
  const used = quantities.map(([meter, column]) => [METERS[meter]!, column.split(',')] as const)
  const entries: StoredEntry[] = []
  let [idTime, eventTime, bound, opaque] = [0, 0, 0, 0]
  idTimes.forEach((difference, row) => {
    const source = cell(sources, row)
    let id: string
    if (difference === null) {
      id = opaqueIds[opaque++]!
      eventTime += times[row]!
    } else {
      idTime += difference
      eventTime = idTime + times[row]!
      id = boundId(source, account, idTime, randoms.slice(bound * 13, ++bound * 13))
    }
    entries.push({
      kind: 'charge',
      source,
      id,
      boundAt: difference === null ? undefined : idTime,
      time: eventTime,
      user: cell(users, row),
      group: cell(groups, row) ?? undefined,
      category: CATEGORIES[cell(categories, row)]!,
      service: cell(services, row),
      variant: cell(variants, row),
      reservation: cell(reservations, row) ?? undefined,
      quantities: Object.fromEntries(used.flatMap(([meter, column]) => (column[row] ? [[meter, column[row]]] : []))),
      rateCard: cell(cards, row),
      credits: amounts[row]!,
    })
  })
  for (const [position, other] of others) entries.splice(position, 0, other)
  return entries
}

/** A column of one value is that value. */
function cell<T>(column: Column<T>, row: number): T {
  if (!Array.isArray(column)) return column as T
  const [values, places] = column as readonly [readonly T[], readonly number[]]
  return values[places[row]!]!
}
