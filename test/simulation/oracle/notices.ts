import type { Table } from '../services/tables.ts'
import { amount, amountText } from './amount.ts'
import type { Report } from './findings.ts'
import type { Knowledge } from './knowledge.ts'
import type { Ledger } from './ledger.ts'
import type { StoredPage } from './read-page.ts'

/** Watches the domain events: of each crossing at least one, and never one of anything else. */
export interface Notices {
  readonly published: (type: string, detail: string) => void
  readonly judge: (accounts: readonly string[]) => void
}

interface NoticeText {
  readonly id: string
  readonly data: {
    readonly account: string
    readonly seq: number
    readonly level: { readonly credits: string }
    readonly balance: { readonly credits: string }
  }
}

export function noticesOf(ledger: Ledger, report: Report): Notices {
  const told = new Set<string>()
  const published: Notices['published'] = (type, detail) => {
    const { id, data } = JSON.parse(detail) as NoticeText
    const page = ledger.pages(data.account)[data.seq - 1]
    if (type === 'groschen.balance.exhausted') {
      const isRight = isUsedUp(ledger, data.account, data.seq) && amount(page!.balance) === amount(data.balance.credits)
      if (!isRight || id !== exhaustedName(page!)) report('safety', 'a notice tells of a crossing', `${type} ${detail}`)
      told.add(id)
      return
    }
    const isCrossing = page?.crossings.some((level) => amount(level) === amount(data.level.credits))
    const isRight = isCrossing && page !== undefined && amount(page.balance) === amount(data.balance.credits)
    if (type !== 'groschen.balance.low' || !isRight || id !== nameOf(page, data.level.credits))
      report('safety', 'a notice tells of a crossing', `${type} ${detail}`)
    told.add(id)
  }
  const judge: Notices['judge'] = (accounts) => {
    for (const account of accounts) {
      for (const page of ledger.pages(account)) {
        const { seq, crossings } = page
        if (isUsedUp(ledger, account, seq) && !told.has(exhaustedName(page)))
          report('safety', 'a balance that is used up is told', exhaustedName(page))
        for (const level of crossings) {
          const name = nameOf(page, level)
          if (!told.has(name)) report('safety', 'every crossing is told', name)
        }
      }
    }
  }
  return { published, judge }
}

/** From above zero to zero or below; a log whose totals are nothing, below. */
function isUsedUp(ledger: Ledger, account: string, seq: number): boolean {
  const pages = ledger.pages(account)
  const [before, after] = [seq - 1, seq].map((one) => amount(pages[one - 1]?.balance ?? '0')) as [bigint, bigint]
  const { credited, charged } = pages[seq - 2] ?? { credited: '0', charged: '0' }
  const isNothing = amount(credited) === 0n && amount(charged) === 0n
  return before > 0n ? after <= 0n : isNothing && after < 0n
}

const placeOf = ({ seq, epoch }: StoredPage): string => (epoch === 0 ? `${seq}` : `${seq}e${epoch}`)

const exhaustedName = (page: StoredPage): string => `${page.account}#${placeOf(page)}#exhausted`

const nameOf = (page: StoredPage, level: string): string =>
  `${page.account}#${placeOf(page)}#${amountText(amount(level))}`

/** Watches what is told of rate cards and of what has no price: of each at least once, and never of anything else. */
export interface RateNotices {
  readonly published: (type: string, detail: string) => void
  readonly judge: (held: Table) => void
}

interface RateNoticeText {
  readonly id: string
  readonly subject: string
  readonly data: { readonly version?: number; readonly service?: string; readonly meter?: string }
}

export function rateNoticesOf({ cards }: Knowledge, report: Report): RateNotices {
  const versions = new Set<number>()
  const shelves = new Set<string>()
  const published: RateNotices['published'] = (type, detail) => {
    const { id, subject, data } = JSON.parse(detail) as RateNoticeText
    if (type === 'groschen.rates.changed' && data.version !== undefined) {
      const isThere = cards.some(({ version }) => version === data.version)
      if (!isThere || id !== `rates#${data.version}`) report('safety', 'what is told of rates is true', detail)
      versions.add(data.version)
    } else if (type === 'groschen.usage.parked' && subject === `parked#${data.service}#${data.meter}`)
      shelves.add(subject)
    else report('safety', 'nothing else is told', `${type} ${detail}`)
  }
  const judge: RateNotices['judge'] = (held) => {
    for (const { version } of cards) {
      if (!versions.has(version)) report('safety', 'every version is told', String(version))
    }
    for (const item of held.all()) {
      const shelf = item['shelf']!.S!
      if (shelf.startsWith('parked#') && item['kind'] !== undefined && !shelves.has(shelf))
        report('safety', 'what is parked is told', shelf)
    }
  }
  return { published, judge }
}
