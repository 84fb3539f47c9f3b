import type { Machine, Role } from '../engine/machine.ts'
import type { Writer } from '../services/documents.ts'
import type { Item } from '../services/expressions.ts'
import type { Table, TableName } from '../services/tables.ts'
import type { Plan } from '../traffic/plan.ts'
import type { Report } from './findings.ts'
import { chargeKey, identityText, type Knowledge, knowledgeOf } from './knowledge.ts'
import { type Ledger, ledgerOf } from './ledger.ts'
import { type Limits, limitsOf } from './limits/limits.ts'
import { type Markers, markersOf } from './markers.ts'
import { type Notices, noticesOf, type RateNotices, rateNoticesOf } from './notices.ts'
import type { StoredCharge } from './read-page.ts'
import { leaveWatch, shelfWatch } from './shelves.ts'
import { type TopUps, topUpsOf } from './top-ups.ts'

/** Holds what price-usage says it did against what it did. */
interface Invocations {
  readonly charged: (writer: Writer, charges: number) => void
  /** An invocation answered, with these sums of its metrics. */
  readonly answered: (machine: Machine, metrics: ReadonlyMap<string, number>) => void
}

/**
 * A charge is reported once, by the invocation that wrote it: also when the answer to its put was lost.
 *
 * Events that go back may have been written without their writer's knowledge; then it may report fewer.
 */
function invocationsOf(report: Report): Invocations {
  const written = new Map<string, number>()
  const nameOf = ({ machine, invocation }: Pick<Writer, 'machine' | 'invocation'>): string =>
    `${machine.id}/${invocation}`
  return {
    charged: (writer, charges) => {
      written.set(nameOf(writer), (written.get(nameOf(writer)) ?? 0) + charges)
    },
    answered: (machine, metrics) => {
      const name = nameOf({ machine, invocation: machine.invocation })
      const [wrote, said] = [written.get(name) ?? 0, metrics.get('EventsCharged') ?? 0]
      const isSure = (metrics.get('EventsGivenBack') ?? 0) === 0
      if (said > wrote || (isSure && said < wrote))
        report('safety', 'a function knows its own pages', `price-usage#${name} wrote ${wrote} charges, said ${said}`)
    },
  }
}

/** The second, simple model of the product: it sees what is sent, what is written and what is said, and nothing of the code. */
export interface Oracle {
  readonly knowledge: Knowledge
  readonly ledger: Ledger
  readonly notices: Notices
  readonly topUps: TopUps
  readonly limits: Limits
  readonly rateNotices: RateNotices
  readonly invocations: Invocations
  readonly wrote: (name: TableName, item: Item, before: Item | undefined, writer: Writer) => void
  /** An account's log came back without the pages after the cut. */
  readonly restored: (account: string, cut: number) => void
  readonly archived: (key: string, bytes: Uint8Array) => void
  /** How many account-bound ids took a marker. */
  readonly lateMarkers: () => number
  readonly answered: (machine: Machine, metrics: ReadonlyMap<string, number>) => void
}

export interface OracleSetting {
  readonly plan: Plan
  readonly report: Report
  readonly now: () => number
  readonly tables: Readonly<Record<TableName, Table>>
}

export function oracleOf({ plan, report, now, tables }: OracleSetting): Oracle {
  const knowledge = knowledgeOf(plan)
  const markers: Markers = markersOf({
    knowledge,
    report,
    charged: () => ledger.charged,
    logTime: (account) => ledger.pages(account).at(-1)?.logTime ?? 0,
    cuts: (account) => ledger.cuts(account),
  })
  const topUps = topUpsOf(report)
  const limits = limitsOf(report, now)
  const ledger = ledgerOf({ knowledge, report, topUps, markerOf: markers.of, latestMarkedEpoch: markers.latestEpoch })
  const notices = noticesOf(ledger, report)
  const invocations = invocationsOf(report)
  const rateNotices = rateNoticesOf(knowledge, report)
  const watchShelf = shelfWatch(knowledge, report)
  const leaving = leaveWatch(knowledge, ledger, report, now)
  const archive = new Map<string, number>()

  const takeCard = (item: Item, { machine }: Writer): void => {
    if (item['card']?.S !== 'manifests') return
    knowledge.cards.push({
      version: Number(item['version']?.N),
      effectiveFrom: Number(item['effectiveFrom']?.N),
      publishedAt: Number(item['publishedAt']?.N) - machine.skewMs,
      visibleAt: now(),
      statedAt: Number(item['publishedAt']?.N),
      ...(knowledge.askedCards.get(item['key']?.S ?? '') ?? { rates: [], priceNeutralVariants: [] }),
    })
  }
  const checkTime = (account: string, charge: StoredCharge, writer: Writer): void => {
    const { machine } = writer
    // A message's sent time is the queue's clock: it counts where ours is behind.
    const latest = now() + Math.max(0, machine.skewMs) + TOLERANCE_MS
    const what = `${identityText(charge)} of ${account}`
    if (Math.max(charge.time, charge.boundAt ?? 0) > latest)
      report('safety', 'nothing is charged before its time', what)
    const variant = knowledge.variants.get(identityText(charge))?.get(chargeKey(account, charge))
    if (variant !== undefined && FROM_SHELVES.has(machine.role)) leaving.charged(variant, tables.held, writer)
  }
  const checkCursor = (item: Item): void => {
    if (item['part']?.S !== 'cursor' || item['hash'] === undefined) return
    const [account, seq] = [item['account']?.S ?? '', Number(item['seq']?.N)]
    const page = ledger.pages(account)[seq - 1]
    if (page?.hash !== item['hash'].S) report('safety', 'a cursor names the page it stands at', `${account}: ${seq}`)
    if ((archive.get(account) ?? 0) < seq)
      report('safety', 'the archive holds pages up to the cursor', `${account}: ${seq}`)
  }
  return {
    knowledge,
    ledger,
    notices,
    topUps,
    limits,
    rateNotices,
    invocations,
    wrote: (name, item, before, writer) => {
      if (name === 'markers') markers.written(item, before)
      else if (name === 'rates') takeCard(item, writer)
      else if (name === 'held') {
        if (before?.['kind'] !== undefined) leaving.left(before, item, tables.held)
        watchShelf(item, tables.held, writer)
      } else if (name === 'snapshots') checkCursor(item)
      else if (name === 'gates') limits.gateWritten(item, before, writer)
      else if (name === 'log') {
        const page = ledger.written(item, before)
        const { entries } = page
        if (page.seq === 1) knowledge.openedAt.set(page.account, now())
        if (plan.limits.length > 0) limits.page(page)
        for (const entry of entries) if (entry.kind === 'charge') checkTime(page.account, entry, writer)
        invocations.charged(writer, entries.filter(({ kind }) => kind === 'charge').length)
      }
    },
    restored: (account, cut) => {
      ledger.restore(account, cut)
      limits.restored(account, cut)
      topUps.restored(account, cut)
      archive.delete(account)
    },
    archived: (key, bytes) => {
      const [, account = '', epoch = 0, first = '', last = ''] = BLOCK.exec(key) ?? []
      if (account === '') return
      // Put on its way by a process of before a restore.
      if (
        ledger
          .cuts(account)
          .slice(Number(epoch))
          .some((cut) => cut < Number(last))
      )
        return
      const hashes = new TextDecoder().decode(bytes).split('\n').filter(Boolean).map(hashOfLine)
      const pages = ledger.pages(account).slice(Number(first) - 1, Number(last))
      if (hashes.join() !== pages.map(({ hash }) => hash).join())
        report('safety', 'the archive holds pages as they are', key)
      if (Number(first) <= (archive.get(account) ?? 0) + 1)
        archive.set(account, Math.max(archive.get(account) ?? 0, Number(last)))
    },
    lateMarkers: markers.late,
    answered: invocations.answered,
  }
}

const TOLERANCE_MS = 5 * 60_000
/** They charge what lies on shelves, and nothing else. */
const FROM_SHELVES: ReadonlySet<Role> = new Set(['follow-rates', 'admin-api'])

const BLOCK = /^log\/([^/]+)\/(?:e(\d+)\/)?(\d{10})-(\d{10})\.pages$/

const hashOfLine = (line: string): string =>
  Buffer.from((JSON.parse(line) as { Item: { h: { B: string } } }).Item.h.B, 'base64').toString('hex')
